package devserver

import (
	"cmp"
	"crypto/rand"
	"errors"
	"maps"
	"net"
	"net/url"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// identity is an app's answer to the question which app it is.
type identity struct{ app, url string }

// identify asks the app at a URL which app it is, and registers nothing. It
// sends the PUT of a sync with a deploy id, which the app repeats with its
// registration.
func (s *syncer) identify(at string) (identity, error) {
	u, err := url.Parse(at)
	if err != nil {
		return identity{}, errors.New("the app's URL is not valid")
	}
	deploy, answer := "identify-"+rand.Text(), &identity{}
	q := u.Query()
	q.Set(wire.QueryDeployID, deploy)
	u.RawQuery = q.Encode()
	s.mu.Lock()
	s.asked[deploy] = answer
	s.mu.Unlock()
	began := time.Now()
	req, err := s.engine.AskURL(s.ctx, u.String())
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.asked, deploy)
	switch {
	case err != nil:
		return identity{}, err
	case req != nil:
		return identity{req.AppName, withoutDeploy(req.URL)}, nil
	case answer.app != "":
		return *answer, nil
	}
	for _, app := range s.engine.Apps() { // it may have registered without the deploy id
		if !app.SyncedAt.Before(began) && doctor.SameEndpoint(app.URL, at) {
			return identity{app.Name, app.URL}, nil
		}
	}
	return identity{}, errors.New("the app syncs with another server")
}

// identified takes a registration that answers identify, and reports whether it
// is one.
func (s *syncer) identified(deploy string, req wire.SyncRequest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := s.asked[deploy]
	if answer == nil {
		return false
	}
	*answer = identity{req.AppName, withoutDeploy(req.URL)}
	return true
}

// withoutDeploy removes the deploy id from an app's URL. Most apps do that
// themselves.
func withoutDeploy(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	q := u.Query()
	q.Del(wire.QueryDeployID)
	u.RawQuery = q.Encode()
	return u.String()
}

// arrived looks for apps that an app replaces when it registers for the first
// time at an address: an app of the same name at another address, which may still be there,
// and an app at the same address, which may have been renamed. The caller holds
// the lock.
func (s *syncer) arrived(name, at string) {
	if s.addresses[identity{name, at}] {
		return
	}
	s.addresses[identity{name, at}] = true
	for _, a := range s.apps {
		if a.App == name && a.Reason == nil && !a.rival && !doctor.SameEndpoint(a.URL, at) && a.reported != at {
			s.work(func() { s.isRival(a) })
		}
	}
	for _, app := range s.engine.Apps() {
		if app.Name != name && !app.Endpoints && doctor.SameEndpoint(app.URL, at) {
			s.work(func() { s.dropRenamed(app.Name, at) })
		}
	}
	s.report()
}

// isStale reports whether a registration answers a poll that is out of date:
// meanwhile another app of its name has registered.
func (s *syncer) isStale(req wire.SyncRequest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for a, asked := range s.asking {
		if !doctor.SameEndpoint(asked.url, req.URL) && a.reported != req.URL {
			continue
		}
		other := func(b *appSync) bool {
			return b.App == req.AppName && b.SyncedAt.After(asked.at) && !sameService(cmp.Or(b.reported, b.URL), req.URL)
		}
		if s.first(other) != nil {
			return true
		}
	}
	return false
}

// isAnother reports whether the app that registered while a was asked to sync is
// another one of its name. The caller holds the lock.
func (s *syncer) isAnother(a *appSync, app engine.App) bool {
	other := func(b *appSync) bool { return b != a && b.App == a.App && cmp.Or(b.reported, b.URL) == app.URL }
	return a.App == app.Name && !sameService(cmp.Or(a.reported, a.URL), app.URL) && s.first(other) != nil
}

// resume asks the other apps of an app's name to sync at once, since the app no
// longer does. The caller holds the lock.
func (s *syncer) resume(a *appSync) {
	for _, b := range s.apps {
		if b != a && b.rival && b.App == a.App {
			s.work(func() { s.check(b) })
		}
	}
}

// superseded reports whether another app of the same name has registered later,
// and so is in force.
func (s *syncer) superseded(a *appSync) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.successor(a) != nil
}

// successor returns the app in force of those with an app's name, nil if that is
// the app itself. The caller holds the lock.
func (s *syncer) successor(a *appSync) *appSync {
	return s.first(func(b *appSync) bool {
		return b != a && a.App != "" && b.App == a.App && b.Reason == nil && !b.rival && b.SyncedAt.After(a.SyncedAt) && s.distinct(a, b)
	})
}

// isRival asks a superseded app whether it is still there, and reports whether
// it is.
func (s *syncer) isRival(a *appSync) bool {
	s.mu.Lock()
	at, before := a.URL, s.successor(a)
	s.mu.Unlock()
	is, err := s.identify(at)
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.URL != at {
		return false
	}
	a.rival = false
	if err == nil && is.app == a.App {
		s.adopt()
		a.reported = is.url
		if a.rival = s.successor(a) != nil; !a.rival && before != nil && s.distinct(a, before) {
			before.rival = true // the app registered when it was asked
		}
	}
	if a.rival {
		a.CheckedAt, a.Reason = time.Now(), nil
	}
	s.report()
	return a.rival
}

// left notes that an app has moved from the address of an earlier state to
// another one, unless another app has taken its name: then both have a state. The
// caller holds the lock.
func (s *syncer) left(before appSync, now string) {
	s.work(func() {
		is, err := s.identify(before.URL)
		if err != nil || is.app != before.App {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.adopt()
		if sameService(is.url, now) {
			return // one app, which answers at both addresses
		}
		a := &before
		a.reported, a.CheckedAt, a.rival, a.running = is.url, time.Now(), true, false
		if s.at(a.URL) != nil { // it registered when it was asked
			a.URL, a.reported = now, now
		}
		if s.at(a.URL) == nil && !s.wasRemoved(a.URL) {
			s.start(a, s.pace())
			s.report()
		}
	})
}

// dropRenamed removes an app if another one answers at its address: it was
// renamed.
func (s *syncer) dropRenamed(name, at string) {
	is, err := s.identify(at)
	if err != nil || is.app == "" || is.app == name {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, app := range s.engine.Apps() {
		if app.Name != name || !doctor.SameEndpoint(app.URL, at) || s.engine.Remove(name) != nil {
			continue
		}
		s.forgetAddresses(name)
		delete(s.refused, name)
		s.log.Info("removed an app: another one answers at its address", "app", name, "url", redacted(at), "now", is.app)
		s.report()
	}
}

// forgetAddresses forgets the addresses of an app that is gone. The caller holds
// the lock.
func (s *syncer) forgetAddresses(name string) {
	maps.DeleteFunc(s.addresses, func(known identity, _ bool) bool { return known.app == name })
}

// distinct reports whether two states belong to different processes: their apps
// report different addresses. The caller holds the lock.
func (s *syncer) distinct(a, b *appSync) bool {
	return !sameService(cmp.Or(a.reported, a.URL), cmp.Or(b.reported, b.URL))
}

// sameService reports whether two URLs mean the same endpoint, even if one names
// this machine by an address of its network.
func sameService(a, b string) bool {
	if doctor.SameEndpoint(a, b) {
		return true
	}
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && doctor.Port(x) == doctor.Port(y) && x.Path == y.Path && thisMachine(x.Hostname()) && thisMachine(y.Hostname())
}

// thisMachine reports whether a host is this machine: loopback, or an address of
// a network interface.
func thisMachine(host string) bool {
	if doctor.Loopback(host) {
		return true
	}
	ip := net.ParseIP(host)
	addrs, err := net.InterfaceAddrs()
	if ip == nil || err != nil {
		return false
	}
	for _, addr := range addrs {
		if n, ok := addr.(*net.IPNet); ok && n.IP.Equal(ip) {
			return true
		}
	}
	return false
}
