package devserver

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// The ways by which the server learns an app's URL.
const (
	fromConfig    = "configured"
	fromRequest   = "requested" // by POST /dev/apps
	fromDiscovery = "discovered"
	fromApp       = "registered" // the app synced itself
	fromRefusal   = "refused"    // the server refused the app's registration
)

// claims are the reasons to keep a URL, the strongest first.
var claims = []string{fromConfig, fromRequest, fromDiscovery, fromApp, fromRefusal}

// synced is the logged state of an app that syncs.
const synced = "synced"

// appSync is the state of the syncs of the app at one URL.
type appSync struct {
	doctor.ServerApp

	reported string // the address that the app itself reports
	logged   string // the state that was last logged: synced, or a reason's code
	rival    bool   // another app of its name is in force, and this one is still there
	running  bool   // whether it has a worker
	removed  bool   // by hand
}

// appSyncs returns the states of all apps' syncs without passwords, in the order
// in which the server learned of the apps.
func (s *Server) appSyncs() []appSync {
	out := s.syncs.list()
	for i := range out {
		out[i].URL = redacted(out[i].URL)
	}
	return out
}

// syncer keeps apps registered: it asks each to sync until it does, and then
// every interval, so that what changes in the app changes here.
type syncer struct {
	ctx       context.Context // ends when the server is asked to stop
	engine    *engine.Engine
	transport http.RoundTripper
	key       string
	server    string        // the server's own URL, for fixes
	interval  time.Duration // between polls; negative never polls
	patience  time.Duration // until an app without an answer is reported
	ports     []int         // at which apps are discovered
	log       *slog.Logger
	workers   *sync.WaitGroup

	mu     sync.Mutex
	closed bool
	apps   []*appSync // in the order in which they became known
	// refused has the refusals of apps' latest registrations, by the apps' names.
	refused map[string]refusedSync
	// asked has the answers of apps that are being asked for their names, by the
	// deploy ids of the requests.
	asked map[string]*identity
	// asking has the apps that are being asked to sync.
	asking map[*appSync]request
	// addresses has the addresses at which apps have registered.
	addresses map[identity]bool
	// removed lists the URLs of apps that were removed by hand. Discovery skips
	// them.
	removed []string
}

// request is a sync that an app was asked for.
type request struct {
	url  string
	at   time.Time
	done chan struct{}
}

// close keeps further apps from starting workers, so that Close can wait for the
// workers.
func (s *syncer) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

// list returns a copy of all states.
func (s *syncer) list() []appSync {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.adopt()
	out, all := make([]appSync, len(s.apps)), s.registrations()
	for i, a := range s.apps {
		out[i] = *a
		out[i].Reason = cmp.Or(a.Reason, s.problem(a, all))
	}
	return out
}

// add starts to sync the app at a URL. If the URL is known already, its claim may
// become a stronger one. It does not matter that another app has reported the
// URL: the two may have registered at the same moment.
func (s *syncer) add(to, from string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.adopt()
	known := s.first(func(a *appSync) bool { return doctor.SameEndpoint(a.URL, to) })
	if known == nil {
		s.start(&appSync{ServerApp: doctor.ServerApp{URL: to, From: from}}, 0)
	} else if slices.Index(claims, from) < slices.Index(claims, known.From) {
		known.From = from
		s.launch(known, 0)
	}
}

// knows reports whether the app at a URL is known, or was removed by hand.
func (s *syncer) knows(at string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at(at) != nil || s.wasRemoved(at)
}

// wasRemoved reports whether the app at a URL was removed by hand. The caller
// holds the lock.
func (s *syncer) wasRemoved(at string) bool {
	return slices.ContainsFunc(s.removed, func(url string) bool { return doctor.SameEndpoint(url, at) })
}

// start adds an app and starts its worker. The caller holds the lock.
func (s *syncer) start(a *appSync, after time.Duration) {
	s.apps = append(s.apps, a)
	s.launch(a, after)
}

// launch starts an app's worker, unless it has one or needs none. The caller holds
// the lock.
func (s *syncer) launch(a *appSync, after time.Duration) {
	if a.running || a.From == fromRefusal || a.From == fromApp && s.interval < 0 {
		return
	}
	a.running = true
	s.work(func() { s.keep(a, after) })
}

// work starts a goroutine that Close waits for. The caller holds the lock.
func (s *syncer) work(f func()) {
	if !s.closed {
		s.workers.Go(f)
	}
}

// remove removes an app by its id or URL, and reports whether there was one. The
// app comes back if it syncs itself, or if its URL is added again.
func (s *syncer) remove(ctx context.Context, id string) bool {
	is := func(name, url string) bool { return name == id || doctor.SameEndpoint(url, id) || redacted(url) == id }
	s.awaitAnswers(ctx, func(a *appSync) bool { return is(a.App, a.URL) })
	s.mu.Lock()
	defer s.mu.Unlock()
	found := false
	for _, app := range s.engine.Apps() {
		if is(app.Name, app.URL) {
			found = s.engine.Remove(app.Name) == nil || found
			s.forgetAddresses(app.Name)
		}
	}
	s.forget(func(a *appSync) bool {
		if !is(a.App, a.URL) {
			return false
		}
		found = true
		s.removed = append(s.removed, a.URL)
		s.engine.Note(engine.Change{Kind: engine.ChangedApp, ID: a.URL})
		return true
	})
	if found {
		s.log.Info("removed an app", "app", id)
		s.report()
	}
	return found
}

// removePatience is how long a removal waits for an app that is being asked to
// sync, and could register again.
const removePatience = 2 * time.Second

// awaitAnswers waits for apps that are being asked to sync, and keeps the server
// from asking them again.
func (s *syncer) awaitAnswers(ctx context.Context, which func(*appSync) bool) {
	ctx, cancel := context.WithTimeout(ctx, removePatience)
	defer cancel()
	var answers []chan struct{}
	s.mu.Lock()
	s.adopt()
	for _, a := range s.apps {
		if !which(a) {
			continue
		}
		a.removed = true
		if asked, ok := s.asking[a]; ok {
			answers = append(answers, asked.done)
		}
	}
	s.mu.Unlock()
	for _, done := range answers {
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

// restore asks the apps from DataDir to sync at once. Calls to them wait for
// that.
func (s *syncer) restore() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, app := range s.serving() {
		s.start(&appSync{ServerApp: doctor.ServerApp{URL: app.URL, App: app.Name, From: fromApp, SyncedAt: app.SyncedAt}, logged: synced}, 0)
	}
}

// serving returns the apps that can sync. Apps of HTTP endpoints cannot.
func (s *syncer) serving() []engine.App {
	return slices.DeleteFunc(s.engine.Apps(), func(a engine.App) bool { return a.Endpoints })
}

// adopt adds the apps that have registered themselves. If such an app has moved,
// its state gets the new address. The caller holds the lock.
func (s *syncer) adopt() {
	for _, app := range s.serving() {
		a := s.at(app.URL)
		if a == nil {
			a = s.first(func(a *appSync) bool { return a.App == app.Name && a.From == fromApp })
		}
		if a == nil {
			a = &appSync{ServerApp: doctor.ServerApp{From: fromApp}, logged: synced} // its registration was logged
			s.start(a, s.interval)
		}
		if a.From == fromRefusal {
			a.From = fromApp
			s.launch(a, s.interval)
		}
		if a.From == fromApp {
			if a.URL != "" && !doctor.SameEndpoint(a.URL, app.URL) {
				if !s.addresses[identity{app.Name, app.URL}] {
					s.left(*a, app.URL)
				}
				a.reported = ""
			}
			a.URL = app.URL
		}
		if app.SyncedAt.After(a.SyncedAt) {
			a.App, a.SyncedAt, a.Reason, a.rival = app.Name, app.SyncedAt, nil, false
			a.reported = cmp.Or(a.reported, app.URL)
		}
	}
}

// prune forgets the states that a check has made superfluous: the address that
// an app reported, if the app answers at another one that was named, and an
// address that is not configured, if its app has moved. The caller holds the
// lock.
func (s *syncer) prune(a *appSync) {
	if a.Reason == nil && a.From != fromApp {
		s.forget(func(b *appSync) bool {
			return b != a && b.From == fromApp && b.App == a.App && (b.Reason != nil || !s.distinct(a, b))
		})
	}
	if a.Reason == nil || a.App == "" || a.From == fromConfig {
		return
	}
	for _, app := range s.engine.Apps() {
		if app.Name == a.App && !doctor.SameEndpoint(app.URL, a.URL) && app.URL != a.reported {
			s.forget(func(b *appSync) bool { return b == a })
		}
	}
}

func (s *syncer) forget(which func(*appSync) bool) {
	s.apps = slices.DeleteFunc(s.apps, which)
}

func (s *syncer) forgotten(a *appSync) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return a.removed || !slices.Contains(s.apps, a)
}

func (s *syncer) at(to string) *appSync {
	return s.first(func(a *appSync) bool { return doctor.SameEndpoint(a.URL, to) || a.reported == to })
}

func (s *syncer) named(name string) *appSync {
	return s.first(func(a *appSync) bool { return a.App == name })
}

func (s *syncer) first(is func(*appSync) bool) *appSync {
	if i := slices.IndexFunc(s.apps, is); i >= 0 {
		return s.apps[i]
	}
	return nil
}
