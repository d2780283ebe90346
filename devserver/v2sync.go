package devserver

import (
	"fmt"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// postV2Sync asks an app to sync now: the app at a URL, or the app with the
// path's name. The official dev server does not offer this; the hosted API does.
func (s *Server) postV2Sync(w http.ResponseWriter, r *http.Request) {
	var req struct {
		URL string `json:"url"`
	}
	if !readV2(w, r, &req) {
		return
	}
	app, reason := s.syncs.ask(r.PathValue("app"), req.URL)
	switch {
	case reason == errNoURL:
		writeV2Error(w, http.StatusBadRequest, v2Missing, reason.What)
	case reason != nil:
		writeV2Error(w, http.StatusBadRequest, v2Invalid, sentence(reason.What, reason.Why)+". "+reason.Fix)
	default:
		writeV2(w, newV2App(app))
	}
}

// errNoURL says why an unknown app cannot be asked to sync.
var errNoURL = &doctor.Finding{What: "url is required: no app has this name"}

// anyApp is the name that matches any app.
const anyApp = "-"

// ask asks an app to sync once, besides the regular polls: the app at a URL,
// which must have the given name, or else the app of that name. If the app at a
// new URL syncs, the server keeps it synced.
func (s *syncer) ask(name, to string) (engine.App, *doctor.Finding) {
	s.mu.Lock()
	s.adopt()
	a := s.named(name)
	if to != "" {
		a = s.at(to)
	}
	s.mu.Unlock()

	var app engine.App
	var reason *doctor.Finding
	switch {
	case a != nil:
		app, reason = s.check(a)
	case to == "":
		return app, errNoURL
	default:
		app, reason = s.sync(to, name)
	}
	switch {
	case reason != nil:
		return app, reason
	case name != anyApp && name != app.Name:
		return app, otherApp(name, app.Name)
	case a == nil:
		s.add(to, fromRequest)
	}
	return app, nil
}

// otherApp says that an app has synced, but is not the one that was asked for.
func otherApp(want, got string) *doctor.Finding {
	return &doctor.Finding{
		What: fmt.Sprintf("the app that answers is %q", got),
		Why:  fmt.Sprintf("the request is for %q", want),
		Fix:  fmt.Sprintf("ask for %q, or correct the URL", got),
	}
}
