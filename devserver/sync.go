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

// syncPatience is how long a sync may take until the server reports the app as
// silent. It goes on waiting for the app.
const syncPatience = 10 * time.Second

// silent says that an app has not answered yet.
func silent(since time.Duration) *doctor.Finding {
	return &doctor.Finding{
		Code: doctor.CodeTimeout, What: "the app did not answer a sync within " + since.String(),
		Why: "it hangs, a firewall drops its packets, or the server that its INNGEST_DEV names does not answer it",
		Fix: "read the app's log, and check the address",
	}
}

// keep keeps one app registered: it asks the app to sync after a wait, and then
// at every interval.
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

// pace returns the time between two rounds over the apps, even if apps are not
// polled.
func (s *syncer) pace() time.Duration {
	if s.interval < 0 {
		return DefaultPollInterval
	}
	return s.interval
}

// check asks an app to sync, and records the result.
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
			s.report(a)
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
		return app, reason // it has moved meanwhile, so the result is out of date
	}
	if a.CheckedAt, a.Reason = time.Now(), reason; reason == nil {
		a.App, a.SyncedAt = app.Name, app.SyncedAt
		if a.reported == "" || sameEndpoint(app.URL, to) { // else it registers another address too, and may have moved
			a.reported = app.URL
		}
	}
	s.prune(a)
	s.report(a)
	return app, reason
}

// report logs the state of an app's syncs, once for each change. The caller
// holds the lock.
func (s *syncer) report(a *appSync) {
	state, id := synced, a.App
	if a.Reason != nil {
		state, id = a.Reason.Code, a.URL
	}
	if state == refusedCode {
		state = a.Reason.What // once a mistake is fixed, the server may find the next
	}
	if state == a.logged {
		return
	}
	a.logged = state
	if r := a.Reason; r != nil {
		s.log.Warn("an app does not sync", "url", redacted(a.URL), "what", r.What, "why", r.Why, "fix", r.Fix)
	} else {
		s.log.Info("synced an app", "app", a.App, "url", redacted(a.URL))
	}
	s.engine.Note(engine.Change{Kind: engine.ChangedApp, ID: id})
}

// sync asks the app at a URL to register, and returns the registered app. The
// name is the one it had before.
func (s *syncer) sync(to, name string) (engine.App, *doctor.Finding) {
	asked := time.Now()
	if err := s.engine.SyncURL(s.ctx, to); err != nil {
		return engine.App{}, s.explain(to, err)
	}
	apps := slices.DeleteFunc(s.engine.Apps(), func(app engine.App) bool { return app.SyncedAt.Before(asked) })
	for _, is := range []func(engine.App) bool{
		func(app engine.App) bool { return sameEndpoint(app.URL, to) },
		func(app engine.App) bool { return app.Name == name },
		func(engine.App) bool { return true }, // the app reports another address than the one that was asked
	} {
		if i := slices.IndexFunc(apps, is); i >= 0 {
			return apps[i], nil
		}
	}
	return engine.App{}, &doctor.Finding{
		Code: "other-server", What: "the app syncs with another server than this one",
		Why: "its INNGEST_DEV names another address", Fix: "start it with INNGEST_DEV=" + s.server,
	}
}

// registered records the result of an app's registration.
func (s *syncer) registered(app string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused, ok := errors.AsType[*engine.RequestError](err); ok {
		s.refused[app] = refused.Message
	} else {
		delete(s.refused, app)
	}
}

// refusedCode is the code of registrations that the server itself refuses.
const refusedCode = "registration"

// refusal returns why the server itself refused the registration of a failed
// sync. Either failure is that refusal, or the app quotes it.
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

// explain finds out why an app did not sync. If the doctor finds no reason, the
// finding quotes the failure.
func (s *syncer) explain(to string, failure error) *doctor.Finding {
	if why, ok := s.refusal(failure); ok {
		return &doctor.Finding{
			Code: refusedCode, What: "the server refuses the app's registration: " + why,
			Why: "a server accepts all functions of an app or none", Fix: "correct the named function in the app, and restart it",
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
	// Dev mode alone is not an obstacle: such an app syncs if it has the key.
	if i := slices.IndexFunc(report.Findings, func(f doctor.Finding) bool { return f.Code == doctor.CodeDevMode }); i >= 0 {
		return &report.Findings[i]
	}
	return &doctor.Finding{
		Code: "sync", What: failure.Error(), Why: "the app answers, but could not register with this server",
		Fix: "read the app's log, and start it with INNGEST_DEV=" + s.server,
	}
}

// redacted returns a URL without its password.
func redacted(to string) string {
	u, err := url.Parse(to)
	if err != nil {
		return "an invalid URL"
	}
	return u.Redacted()
}

// newSyncer returns the syncer of a server that starts here.
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
