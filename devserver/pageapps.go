package devserver

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// pageApp is an app, or the URL and the problem of an app that has not synced.
type pageApp struct {
	Name      string         `json:"name"`
	URL       string         `json:"url"`
	SDK       string         `json:"sdk"`
	Framework string         `json:"framework"`
	SyncedAt  time.Time      `json:"syncedAt,omitzero"`
	Endpoints bool           `json:"endpoints,omitempty"`
	Error     *pageAppError  `json:"error,omitempty"`
	Functions []pageFunction `json:"functions"`
}

// pageAppError says why an app does not sync, or names a problem of an app that
// does, and the fix.
type pageAppError struct {
	Message string `json:"message"`
	Fix     string `json:"fix"`
	Synced  bool   `json:"synced,omitempty"`
}

type pageFunction struct {
	ID       string         `json:"id"` // composite
	Name     string         `json:"name"`
	App      string         `json:"app"`
	Title    string         `json:"title"`
	Triggers []wire.Trigger `json:"triggers"`
	Limits   []pageFact     `json:"limits"`
	Paused   bool           `json:"paused"`
	Endpoint bool           `json:"endpoint,omitempty"`
}

func (s *Server) getPageApps(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string][]pageApp{"apps": s.pageApps()})
}

func (s *Server) pageApps() []pageApp {
	apps := []pageApp{}
	for _, a := range s.engine.Apps() {
		v := pageApp{Name: a.Name, URL: redacted(a.URL), SDK: a.SDK, Framework: a.Framework, SyncedAt: a.SyncedAt.UTC(), Endpoints: a.Endpoints, Functions: []pageFunction{}}
		for _, fn := range a.Functions {
			v.Functions = append(v.Functions, newPageFunction(a, fn))
		}
		apps = append(apps, v)
	}
	for _, sync := range s.appSyncs() {
		if sync.Reason == nil {
			continue
		}
		at := slices.IndexFunc(apps, func(a pageApp) bool { return a.Name == sync.App && sync.App != "" })
		if at < 0 {
			at = len(apps)
			apps = append(apps, pageApp{Name: sync.App, URL: sync.URL, Functions: []pageFunction{}})
		}
		apps[at].Error = &pageAppError{Message: sentence(sync.Reason.What, sync.Reason.Why), Fix: sync.Reason.Fix, Synced: sync.Reason.OfSynced()}
	}
	return apps
}

func sentence(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

func newPageFunction(app engine.App, fn engine.Function) pageFunction {
	cfg := functionConfig(fn)
	return pageFunction{
		ID: fn.ID, Name: localID(app.Name, fn.ID), App: app.Name, Endpoint: app.Endpoints, Title: cmp.Or(fn.Name, fn.ID), Triggers: append([]wire.Trigger{}, cfg.Triggers...),
		Limits: cfg.facts(), Paused: !fn.PausedAt.IsZero(),
	}
}

func (s *Server) postPause(w http.ResponseWriter, r *http.Request) {
	answerDone(w, s.engine.Pause(r.PathValue("id")))
}

func (s *Server) postResume(w http.ResponseWriter, r *http.Request) {
	answerDone(w, s.engine.Resume(r.PathValue("id")))
}

func answerDone(w http.ResponseWriter, err error) {
	if err != nil {
		writeFailure(w, err)
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

// getPageSample answers with sample data for an event: the example of its
// definition if an app has reported one, else the data of the latest event of
// that name.
func (s *Server) getPageSample(w http.ResponseWriter, r *http.Request) {
	sample := struct {
		Data   any    `json:"data"`
		Source string `json:"source"`
	}{Data: struct{}{}}
	if name := r.URL.Query().Get("event"); name != "" {
		for _, ev := range s.engine.Events(engine.EventQuery{Name: name, Limit: 1}).Events {
			sample.Data, sample.Source = ev.Data, "event"
		}
		for _, app := range s.engine.Apps() {
			for _, known := range app.Events {
				if known.Name == name {
					sample.Data, sample.Source = known.Data, "definition"
				}
			}
		}
	}
	writeJSON(w, http.StatusOK, sample)
}
