package devserver

import (
	"cmp"
	"net/url"
	"slices"
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
		if s.forgotten(a) {
			return
		}
		reason := s.poll(a)
		switch {
		case s.ctx.Err() != nil:
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

// poll asks an app to sync, unless another app of its name has registered later
// and so is in force: then it only makes sure that the app is still there.
func (s *syncer) poll(a *appSync) *doctor.Finding {
	if s.superseded(a) && s.isRival(a) {
		return nil
	}
	_, reason := s.check(a)
	return reason
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
	asked := request{to, time.Now(), make(chan struct{})}
	s.asking[a] = asked
	s.mu.Unlock()
	asking := true // under the lock
	late := time.AfterFunc(s.patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if asking && a.URL == to && s.ctx.Err() == nil {
			a.CheckedAt, a.Reason = time.Now(), silent(s.patience)
			s.report()
		}
	})
	defer late.Stop()
	app, reason := s.sync(to, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	asking = false
	delete(s.asking, a)
	close(asked.done)
	if s.ctx.Err() != nil || a.URL != to || a.removed {
		return app, reason // the server stops, or the result is out of date
	}
	if reason == nil && s.isAnother(a, app) {
		s.work(func() { s.isRival(a) })
		return app, nil
	}
	if reason != nil && a.Reason == nil {
		s.resume(a)
	}
	a.rival = false
	if a.CheckedAt, a.Reason = time.Now(), reason; reason == nil {
		a.App, a.SyncedAt = app.Name, app.SyncedAt
		if a.reported == "" || doctor.SameEndpoint(app.URL, to) { // else it registers another address too, and may have moved
			a.reported = app.URL
		}
		s.arrived(app.Name, app.URL)
		if name != "" && name != app.Name && doctor.SameEndpoint(app.URL, to) {
			s.work(func() { s.dropRenamed(name, to) })
		}
	}
	s.prune(a)
	s.report()
	return app, reason
}

// sync asks the app at a URL to register, and returns the registered app. The
// name is the one it had before.
func (s *syncer) sync(to, name string) (engine.App, *doctor.Finding) {
	asked := time.Now()
	req, err := s.engine.AskURL(s.ctx, to)
	if err == nil && req != nil && !s.isStale(*req) {
		_, err = s.engine.Register(*req)
	}
	if err != nil {
		return engine.App{}, s.explain(to, asked, err)
	}
	apps := slices.DeleteFunc(s.engine.Apps(), func(app engine.App) bool { return app.SyncedAt.Before(asked) })
	for _, is := range []func(engine.App) bool{
		func(app engine.App) bool { return doctor.SameEndpoint(app.URL, to) },
		func(app engine.App) bool { return app.Name == name },
		func(engine.App) bool { return true }, // the app reports another address than the one that was asked
	} {
		if i := slices.IndexFunc(apps, is); i >= 0 {
			return apps[i], nil
		}
	}
	return engine.App{}, &doctor.Finding{
		Code: "other-server", What: "the app syncs with another server than this one",
		Why: "its " + s.variable() + " names another address", Fix: "start it with " + s.variable() + "=" + s.server,
	}
}

// explain finds out why an app did not sync. If the doctor finds no reason, the
// finding quotes the failure.
func (s *syncer) explain(to string, asked time.Time, failure error) *doctor.Finding {
	if why := s.refusal(to, asked, failure); why != nil {
		return why
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
		Fix: "read the app's log, and start it with " + s.variable() + "=" + s.server,
	}
}

// variable returns the variable by which an app learns the server's URL.
func (s *syncer) variable() string {
	if s.key != "" {
		return "INNGEST_BASE_URL"
	}
	return "INNGEST_DEV"
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
		interval: s.cfg.PollInterval, log: s.log, workers: &s.workers,
		refused: map[string]refusedSync{}, asked: map[string]*identity{}, asking: map[*appSync]request{}, addresses: map[identity]bool{},
		patience: cmp.Or(s.cfg.patience, syncPatience),
	}
	if s.cfg.Discover {
		if syncs.ports = s.cfg.ports; syncs.ports == nil {
			syncs.ports = commonPorts
		}
	}
	return syncs
}
