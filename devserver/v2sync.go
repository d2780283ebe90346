package devserver

import (
	"fmt"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// postV2Sync asks an app to sync now: the one at a URL, or the one that is
// known by the path's name. The official dev server does not offer this; its
// hosted API does.
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

// errNoURL is why an app that is not known can't be asked.
var errNoURL = &doctor.Finding{What: "url is required: no app of this name is known"}

// anyApp is the name for whichever app is at a URL.
const anyApp = "-"

// ask asks an app to sync once, besides the regular times: the one at a URL,
// which must have the name, or else the one of that name. A URL that was not
// known is kept from now on if the app at it syncs.
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

// otherApp is why an app that has synced is not the one that was meant.
func otherApp(want, got string) *doctor.Finding {
	return &doctor.Finding{
		What: fmt.Sprintf("the app that answers is %q", got),
		Why:  fmt.Sprintf("the request is for %q", want),
		Fix:  fmt.Sprintf("ask for %q, or correct the URL", got),
	}
}
