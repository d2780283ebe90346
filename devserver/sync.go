package devserver

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// firstSyncWait is the wait after an app's first failure to sync. It doubles
// up to the interval.
const firstSyncWait = 100 * time.Millisecond

// syncPatience is how long an app may take to sync before that is told. It is
// waited for longer.
const syncPatience = 10 * time.Second

// silent is told of an app that is still waited for.
func silent(since time.Duration) *doctor.Finding {
	return &doctor.Finding{
		Code: doctor.CodeTimeout, What: "the app did not answer a sync within " + since.String(),
		Why: "it hangs, a firewall drops what is sent to it, or the server that its INNGEST_DEV names does not answer it",
		Fix: "look at the app's log, and check the address",
	}
}

// keep keeps one app registered, from a while on.
func (s *syncer) keep(a *appSync, after time.Duration) {
	longest := s.pace()
	wait := min(firstSyncWait, longest)
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(after):
		}
		_, reason := s.check(a)
		switch {
		case s.ctx.Err() != nil || s.forgotten(a):
			return
		case reason != nil:
			after, wait = wait, min(wait*2, longest)
		case s.interval < 0:
			return
		default:
			after, wait = s.interval, min(firstSyncWait, longest)
		}
	}
}

// pace is how far apart the apps are looked at, whether or not they are polled.
func (s *syncer) pace() time.Duration {
	if s.interval < 0 {
		return DefaultPollInterval
	}
	return s.interval
}

// check asks an app to sync, and takes note of how that went.
func (s *syncer) check(a *appSync) (engine.App, *doctor.Finding) {
	s.mu.Lock()
	to, name := a.URL, a.App
	s.mu.Unlock()
	asking := true // under the lock
	late := time.AfterFunc(s.patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if asking && a.URL == to && s.ctx.Err() == nil {
			a.CheckedAt, a.Reason = time.Now(), silent(s.patience)
			s.tell(a)
		}
	})
	defer late.Stop()
	app, reason := s.sync(to, name)
	if s.ctx.Err() != nil {
		return app, reason
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	asking = false
	if a.URL != to {
		return app, reason // it has moved meanwhile, and this says nothing of it
	}
	if a.CheckedAt, a.Reason = time.Now(), reason; reason == nil {
		a.App, a.SyncedAt = app.Name, app.SyncedAt
		if a.reported == "" || sameEndpoint(app.URL, to) { // else it registers elsewhere too, and may have moved
			a.reported = app.URL
		}
	}
	s.settle(a)
	s.tell(a)
	return app, reason
}

// tell logs how an app's syncs go, once for each change. The caller holds the
// lock.
func (s *syncer) tell(a *appSync) {
	state, id := synced, a.App
	if a.Reason != nil {
		state, id = a.Reason.Code, a.URL
	}
	if state == refusedCode {
		state = a.Reason.What // when one mistake is mended, the next may show
	}
	if state == a.told {
		return
	}
	a.told = state
	if r := a.Reason; r != nil {
		s.log.Warn("an app does not sync", "url", redacted(a.URL), "what", r.What, "why", r.Why, "fix", r.Fix)
	} else {
		s.log.Info("synced an app", "app", a.App, "url", redacted(a.URL))
	}
	s.engine.Note(engine.Change{Kind: engine.ChangedApp, ID: id})
}

// sync asks the app at a URL, which was known by a name, to register, and
// returns what it registered.
func (s *syncer) sync(to, name string) (engine.App, *doctor.Finding) {
	asked := time.Now()
	if err := s.engine.SyncURL(s.ctx, to); err != nil {
		return engine.App{}, s.explain(to, err)
	}
	apps := slices.DeleteFunc(s.engine.Apps(), func(app engine.App) bool { return app.SyncedAt.Before(asked) })
	for _, is := range []func(engine.App) bool{
		func(app engine.App) bool { return sameEndpoint(app.URL, to) },
		func(app engine.App) bool { return app.Name == name },
		func(engine.App) bool { return true }, // it reports an address of its own choosing
	} {
		if i := slices.IndexFunc(apps, is); i >= 0 {
			return apps[i], nil
		}
	}
	return engine.App{}, &doctor.Finding{
		Code: "other-server", What: "the app syncs, but with another server than this one",
		Why: "its INNGEST_DEV names another address", Fix: "start it with INNGEST_DEV=" + s.server,
	}
}

// judged takes note of what came of an app's registration.
func (s *syncer) judged(app string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused, ok := errors.AsType[*engine.RequestError](err); ok {
		s.refused[app] = refused.Message
	} else {
		delete(s.refused, app)
	}
}

// refusedCode is of what the server itself refuses.
const refusedCode = "registration"

// refusal returns why the server itself refused the registration that a failed
// sync was to make: the failure is the refusal, or an app repeats what it was
// told.
func (s *syncer) refusal(failure error) (why string, ok bool) {
	if refused, ok := errors.AsType[*engine.RequestError](failure); ok {
		return refused.Message, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, why := range s.refused {
		if strings.Contains(failure.Error(), why) {
			return why, true
		}
	}
	return "", false
}

// explain finds out why an app did not sync. What an examination does not
// explain is told in the words of the failure.
func (s *syncer) explain(to string, failure error) *doctor.Finding {
	if why, ok := s.refusal(failure); ok {
		return &doctor.Finding{
			Code: refusedCode, What: "the server refuses what the app registers: " + why,
			Why: "a server takes all functions of an app or none", Fix: "correct in the app what is named here, and restart it",
		}
	}
	u, err := doctor.ParseURL(to)
	if err != nil {
		return &doctor.Finding{Code: "url", What: err.Error(), Why: "there is no app to ask", Fix: "correct the app's URL"}
	}
	report := doctor.Examine(s.ctx, doctor.Options{URL: u, SigningKey: s.key, Server: s.server, Transport: s.transport, Quick: true})
	if obstacle := report.Obstacle(); obstacle != nil {
		return obstacle
	}
	// An app in dev mode is no obstacle: it syncs if it has the key all the same.
	if i := slices.IndexFunc(report.Findings, func(f doctor.Finding) bool { return f.Code == doctor.CodeDevMode }); i >= 0 {
		return &report.Findings[i]
	}
	return &doctor.Finding{
		Code: "sync", What: failure.Error(), Why: "the app answers, but could not register with this server",
		Fix: "look at the app's log, and start it with INNGEST_DEV=" + s.server,
	}
}

// redacted hides a password.
func redacted(to string) string {
	u, err := url.Parse(to)
	if err != nil {
		return "an address that cannot be read"
	}
	return u.Redacted()
}

// newSyncer returns the syncer of a server that is about to start.
func (s *Server) newSyncer() *syncer {
	syncs := &syncer{
		ctx: s.ending, engine: s.engine, transport: s.calls, key: s.cfg.SigningKey, server: s.url,
		interval: s.cfg.PollInterval, log: s.log, workers: &s.workers, refused: map[string]string{},
		patience: cmp.Or(s.cfg.patience, syncPatience),
	}
	if s.cfg.Discover {
		if syncs.ports = s.cfg.ports; syncs.ports == nil {
			syncs.ports = commonPorts
		}
	}
	return syncs
}
