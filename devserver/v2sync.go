package devserver

import (
	"net/http"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// postV2Sync asks an app to sync now: one that is known by the path's name, or
// the one at a URL. The official dev server does not offer this; its hosted
// API does.
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
		writeV2Error(w, http.StatusBadRequest, v2Invalid, sentence(reason.What, reason.Why)+". "+reason.Instead)
	default:
		writeV2(w, newV2App(app))
	}
}

// errNoURL is why an app that is not known can't be asked.
var errNoURL = &doctor.Finding{What: "url is required: no app of this name is known"}

// ask asks an app to sync once, besides the regular times. An app that was not
// known is kept from now on.
func (s *syncer) ask(name, to string) (engine.App, *doctor.Finding) {
	s.mu.Lock()
	s.adopt()
	a := s.named(name)
	if a == nil && to != "" {
		if a = s.at(to); a == nil {
			a = &appSync{URL: to, From: fromConfig}
			s.start(a, s.interval)
		}
	}
	s.mu.Unlock()
	if a == nil {
		return engine.App{}, errNoURL
	}
	return s.check(a)
}
