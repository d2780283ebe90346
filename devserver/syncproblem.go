package devserver

import (
	"fmt"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// registrations are the registered apps by their names, and the apps that have
// each function by the function's id.
type registrations struct {
	apps   map[string]engine.App
	owners map[string][]string
}

func (s *syncer) registrations() registrations {
	r := registrations{apps: map[string]engine.App{}, owners: map[string][]string{}}
	for _, app := range s.engine.Apps() {
		r.apps[app.Name] = app
		for _, fn := range app.Functions {
			r.owners[fn.ID] = append(r.owners[fn.ID], app.Name)
		}
	}
	return r
}

// problem returns the problem of an app that syncs, nil if there is none. The
// caller holds the lock.
func (s *syncer) problem(a *appSync, all registrations) *doctor.Finding {
	app, ok := all.apps[a.App]
	if !ok || a.Reason != nil {
		return nil
	}
	for _, b := range s.apps {
		if b != a && b.App == a.App && b.Reason == nil && (a.rival || b.rival) && s.distinct(a, b) {
			return duplicateApp(a, b)
		}
	}
	for _, fn := range app.Functions {
		for _, owner := range all.owners[fn.ID] {
			if owner != app.Name {
				return duplicateFunction(fn.ID, app, all.apps[owner])
			}
		}
	}
	if len(app.Functions) == 0 {
		return noFunctions(app.Name)
	}
	return nil
}

func duplicateApp(a, b *appSync) *doctor.Finding {
	first, second := redacted(a.URL), redacted(b.URL)
	return &doctor.Finding{
		Code: doctor.CodeDuplicateApp,
		What: fmt.Sprintf("two apps have the id %q: one at %s and one at %s", a.App, min(first, second), max(first, second)),
		Why:  "each replaces the other's functions when it syncs; the one that synced last is in force",
		Fix:  "give one of them another AppID, stop one, or remove one with inngestkit apps rm URL",
	}
}

func duplicateFunction(id string, app, other engine.App) *doctor.Finding {
	if app.Name > other.Name {
		app, other = other, app
	}
	return &doctor.Finding{
		Code: doctor.CodeDuplicateFunction,
		What: fmt.Sprintf("two functions have the id %q: one of app %q at %s and one of app %q at %s", id, app.Name, redacted(app.URL), other.Name, redacted(other.URL)),
		Why:  "a function's id is its app's id, a hyphen and its own id; the app that synced last has it",
		Fix:  "give one of the functions, or one of the apps, another id",
	}
}

func noFunctions(app string) *doctor.Finding {
	return &doctor.Finding{
		Code: doctor.CodeNoFunctions, What: fmt.Sprintf("app %q has registered no functions", app),
		Why: "it synced before app.Register was called, Register failed, or its functions were created on the SDK's client, which the webhook does not serve",
		Fix: "call app.Register with your functions before the app syncs, and check the error that it returns",
	}
}

// report logs the states of the apps' syncs that have changed. One app's state
// can depend on others. The caller holds the lock.
func (s *syncer) report() {
	all := s.registrations()
	for _, a := range s.apps {
		s.reportOne(a, all)
	}
}

func (s *syncer) reportOne(a *appSync, all registrations) {
	state, id, reason := synced, a.App, a.Reason
	if reason == nil {
		if reason = s.problem(a, all); reason != nil {
			state = reason.What
		}
	} else {
		state, id = reason.Code, a.URL
		if reason.Code == refusedCode {
			state = reason.What // once a mistake is fixed, the server may find the next
		}
	}
	if state == a.logged || a.App == "" && reason == nil {
		return
	}
	twice := s.first(func(b *appSync) bool { return b.logged == state }) != nil // a problem of two apps
	a.logged = state
	switch {
	case reason != nil && reason.OfSynced() && twice:
	case reason == nil:
		s.log.Info("synced an app", "app", a.App, "url", redacted(a.URL))
	case reason.OfSynced():
		s.log.Warn("an app has a problem", "app", a.App, "url", redacted(a.URL), "what", reason.What, "why", reason.Why, "fix", reason.Fix)
	default:
		s.log.Warn("an app does not sync", "url", redacted(a.URL), "what", reason.What, "why", reason.Why, "fix", reason.Fix)
	}
	s.engine.Note(engine.Change{Kind: engine.ChangedApp, ID: id})
}
