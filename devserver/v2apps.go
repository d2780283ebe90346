package devserver

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// v2App is an app in version 2.
type v2App struct {
	CreatedAt     time.Time `json:"createdAt"`
	FunctionCount int       `json:"functionCount"`
	ID            string    `json:"id"`
	LatestSync    v2Sync    `json:"latestSync"`
	Method        string    `json:"method"`
	Name          string    `json:"name"`
}

type v2Sync struct {
	Framework   string `json:"framework"`
	SDKLanguage string `json:"sdkLanguage"`
	SDKVersion  string `json:"sdkVersion"`
	URL         string `json:"url"`
}

func newV2App(a engine.App) v2App {
	method := "SERVE"
	if a.Endpoints {
		method = "API"
	}
	language, version, _ := strings.Cut(a.SDK, ":")
	return v2App{
		CreatedAt: a.SyncedAt.UTC(), FunctionCount: len(a.Functions), ID: a.Name, Name: a.Name, Method: method,
		LatestSync: v2Sync{Framework: a.Framework, SDKLanguage: language, SDKVersion: version, URL: redacted(a.URL)},
	}
}

func (s *Server) getV2Apps(w http.ResponseWriter, r *http.Request) {
	writeV2List(w, r, s.engine.Apps(), func(a engine.App) string { return a.Name }, newV2App)
}

// app returns the path's app. If it returns false, it has answered with an
// error.
func (s *Server) app(w http.ResponseWriter, r *http.Request) (engine.App, bool) {
	for _, a := range s.engine.Apps() {
		if a.Name == r.PathValue("app") {
			return a, true
		}
	}
	writeV2Error(w, http.StatusNotFound, v2NotFound, "App not found")
	return engine.App{}, false
}

func (s *Server) getV2App(w http.ResponseWriter, r *http.Request) {
	if a, ok := s.app(w, r); ok {
		writeV2(w, newV2App(a))
	}
}

// v2Function is a function in version 2.
type v2Function struct {
	App           v2Ref               `json:"app"`
	Configuration v2Configuration     `json:"configuration"`
	ID            string              `json:"id"`
	Name          string              `json:"name"`
	Slug          string              `json:"slug"`
	Triggers      []v2FunctionTrigger `json:"triggers"`
}

type v2FunctionTrigger struct {
	If    string `json:"if,omitempty"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

func newV2Function(app string, fn engine.Function) v2Function {
	cfg := functionConfig(fn)
	id := localID(app, fn.ID)
	out := v2Function{App: v2Ref{app}, ID: id, Name: cmp.Or(fn.Name, fn.ID), Slug: id, Configuration: newV2Configuration(cfg), Triggers: []v2FunctionTrigger{}}
	for _, t := range cfg.Triggers {
		if t.Cron != "" {
			out.Triggers = append(out.Triggers, v2FunctionTrigger{Type: "CRON", Value: t.Cron})
		} else {
			out.Triggers = append(out.Triggers, v2FunctionTrigger{Type: "EVENT", Value: t.Event, If: t.Expression})
		}
	}
	return out
}

func (s *Server) getV2Functions(w http.ResponseWriter, r *http.Request) {
	a, ok := s.app(w, r)
	if !ok {
		return
	}
	id := func(fn engine.Function) string { return fn.UUID }
	writeV2List(w, r, a.Functions, id, func(fn engine.Function) v2Function { return newV2Function(a.Name, fn) })
}

func (s *Server) getV2Function(w http.ResponseWriter, r *http.Request) {
	if a, fn, ok := s.function(w, r); ok {
		writeV2(w, newV2Function(a.Name, fn))
	}
}

// function returns the path's function, by its id within the app or its
// composite id. If it returns false, it has answered with an error.
func (s *Server) function(w http.ResponseWriter, r *http.Request) (engine.App, engine.Function, bool) {
	a, ok := s.app(w, r)
	if !ok {
		return a, engine.Function{}, false
	}
	id := r.PathValue("function")
	for _, fn := range a.Functions {
		if fn.ID == id || localID(a.Name, fn.ID) == id {
			return a, fn, true
		}
	}
	writeV2Error(w, http.StatusNotFound, v2NotFound, "Function not found")
	return a, engine.Function{}, false
}

// compositeID returns the composite id of an app's function with any of its ids.
// An unknown id is returned unchanged, and matches nothing.
func (s *Server) compositeID(app, id string) string {
	for _, a := range s.engine.Apps() {
		if a.Name != app {
			continue
		}
		for _, fn := range a.Functions {
			if fn.ID == id || fn.UUID == id || localID(a.Name, fn.ID) == id {
				return fn.ID
			}
		}
	}
	return id
}
