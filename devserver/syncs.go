package devserver

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
)

// claims are the reasons to keep a URL, the strongest first.
var claims = []string{fromConfig, fromRequest, fromDiscovery, fromApp}

// synced is the logged state of an app that syncs.
const synced = "synced"

// appSync is the state of the syncs of the app at one URL.
type appSync struct {
	URL string `json:"url"`
	// App is the app's name, once it has registered.
	App string `json:"app,omitempty"`
	// From says how the server learned the URL.
	From string `json:"from"`
	// CheckedAt is the time of the latest sync by the server, or zero.
	CheckedAt time.Time `json:"checkedAt,omitzero"`
	// SyncedAt is the time of the latest registration, or zero.
	SyncedAt time.Time `json:"syncedAt,omitzero"`
	// Reason says why the latest sync failed, and the fix. It is nil if that
	// sync succeeded.
	Reason *doctor.Finding `json:"reason,omitempty"`

	reported string // the address that the app itself reports
	logged   string // the state that was last logged: synced, or a reason's code
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
	// refused maps an app's name to the reason for which the server refused its
	// latest registration.
	refused map[string]string
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
	out := make([]appSync, len(s.apps))
	for i, a := range s.apps {
		out[i] = *a
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
	known := s.first(func(a *appSync) bool { return sameEndpoint(a.URL, to) })
	if known == nil {
		s.start(&appSync{URL: to, From: from}, 0)
	} else if slices.Index(claims, from) < slices.Index(claims, known.From) {
		known.From = from
	}
}

// knows reports whether the app at a URL is known.
func (s *syncer) knows(at string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at(at) != nil
}

// start adds an app and starts its worker. The caller holds the lock.
func (s *syncer) start(a *appSync, after time.Duration) {
	s.apps = append(s.apps, a)
	if !s.closed && (a.From != fromApp || s.interval >= 0) {
		s.workers.Go(func() { s.keep(a, after) })
	}
}

// restore asks the apps from DataDir to sync at once. Calls to them wait for
// that.
func (s *syncer) restore() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, app := range s.serving() {
		s.start(&appSync{URL: app.URL, App: app.Name, From: fromApp, SyncedAt: app.SyncedAt, logged: synced}, 0)
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
			a = &appSync{From: fromApp, logged: synced} // its registration was logged
			s.start(a, s.interval)
		}
		if a.From == fromApp {
			a.URL = app.URL
		}
		if app.SyncedAt.After(a.SyncedAt) {
			a.App, a.SyncedAt, a.Reason = app.Name, app.SyncedAt, nil
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
		s.forget(func(b *appSync) bool { return b != a && b.From == fromApp && b.App == a.App })
	}
	if a.Reason == nil || a.App == "" || a.From == fromConfig {
		return
	}
	for _, app := range s.engine.Apps() {
		if app.Name == a.App && !sameEndpoint(app.URL, a.URL) && app.URL != a.reported {
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
	return !slices.Contains(s.apps, a)
}

func (s *syncer) at(to string) *appSync {
	return s.first(func(a *appSync) bool { return sameEndpoint(a.URL, to) || a.reported == to })
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

// sameEndpoint reports whether two URLs mean the same endpoint. The loopback
// names are one host.
func sameEndpoint(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil {
		return false
	}
	sameHost := strings.EqualFold(x.Hostname(), y.Hostname()) || loopback(x.Hostname()) && loopback(y.Hostname())
	return sameHost && x.Scheme == y.Scheme && port(x) == port(y) && x.Path == y.Path
}

func port(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}
