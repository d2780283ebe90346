package devserver

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /e/{key}", s.postEvents)
	mux.HandleFunc("POST /fn/register", s.postRegister)
	mux.HandleFunc("PUT /fn/register", s.postRegister)
	mux.HandleFunc("GET /v1/events", s.api(s.getEvents))
	mux.HandleFunc("GET /v1/events/{id}", s.api(s.getEvent))
	mux.HandleFunc("GET /v1/events/{id}/runs", s.api(s.getEventRuns))
	mux.HandleFunc("GET /v1/runs/{id}", s.api(s.getRun))
	mux.HandleFunc("GET /v1/runs/{id}/jobs", s.api(s.getRunJobs))
	mux.HandleFunc("DELETE /v1/runs/{id}", s.api(s.deleteRun))
	mux.HandleFunc("POST /v1/cancellations", s.api(s.postCancellation))
	mux.HandleFunc("POST /v1/signals", s.api(s.postSignal))
	mux.HandleFunc("GET /v1/apps/{app}/functions", s.api(s.getV1Functions))
	mux.HandleFunc("POST /invoke/{function}", s.api(s.postInvoke))
	mux.HandleFunc("GET /v0/runs/{id}/actions", s.api(s.getState(s.engine.Actions)))
	mux.HandleFunc("GET /v0/runs/{id}/batch", s.api(s.getState(s.engine.Batch)))
	mux.HandleFunc("POST /v1/checkpoint/{id}/async", s.api(s.postCheckpoint))
	mux.HandleFunc("GET /health", s.getHealth)
	mux.HandleFunc("GET /dev", s.getDev)
	mux.HandleFunc("GET /dev/apps", s.getApps)
	mux.HandleFunc("POST /dev/apps", s.postApps)
	mux.HandleFunc("DELETE /dev/apps/{id}", s.api(s.deleteApp))
	mux.HandleFunc("GET /dev/lifetime", s.getLifetime)
	s.handleEndpoints(mux)
	s.handleV2(mux)
	if !s.cfg.NoUI {
		s.handlePage(mux)
	}
	return s.withBodyTimeout(s.guard(serverKind(mux)))
}

// handleV2 adds the API of version 2, under both of its paths.
func (s *Server) handleV2(mux *http.ServeMux) {
	for _, prefix := range []string{"/v2", "/api/v2"} {
		handle := func(method, path string, h http.HandlerFunc) { mux.HandleFunc(method+" "+prefix+path, s.api(h)) }
		mux.HandleFunc(prefix+"/", v2NoRoute(mux))
		mux.HandleFunc("GET "+prefix+"/health", s.getV2Health)
		handle("GET", "/runs", s.getV2Runs)
		handle("GET", "/runs/{id}", s.getV2Run)
		handle("GET", "/runs/{id}/trace", s.getV2Trace)
		handle("POST", "/runs/{id}/rerun", s.postV2Rerun)
		handle("POST", "/runs/{id}/cancel", s.postV2Cancel)
		handle("POST", "/events", s.postV2Event)
		handle("GET", "/events/{id}/runs", s.getV2EventRuns)
		handle("GET", "/apps", s.getV2Apps)
		handle("GET", "/apps/{app}", s.getV2App)
		handle("POST", "/apps/{app}/syncs", s.postV2Sync)
		handle("GET", "/apps/{app}/functions", s.getV2Functions)
		handle("GET", "/apps/{app}/functions/{function}", s.getV2Function)
		handle("POST", "/apps/{app}/functions/{function}/invoke", s.postV2Invoke)
	}
}

// handlePage adds the page and the API that only the page uses.
func (s *Server) handlePage(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", s.getPage)
	mux.HandleFunc("GET /page/{file...}", s.getPageFile)
	mux.HandleFunc("GET /page/api/stream", s.api(s.getStream))
	mux.HandleFunc("GET /page/api/runs", s.api(s.getPageRuns))
	mux.HandleFunc("GET /page/api/runs/{id}", s.api(s.getPageRun))
	mux.HandleFunc("GET /page/api/events", s.api(s.getPageEvents))
	mux.HandleFunc("GET /page/api/events/{id}", s.api(s.getPageEvent))
	mux.HandleFunc("GET /page/api/apps", s.api(s.getPageApps))
	mux.HandleFunc("GET /page/api/sample", s.api(s.getPageSample))
	mux.HandleFunc("POST /page/api/functions/{id}/pause", s.api(s.postPause))
	mux.HandleFunc("POST /page/api/functions/{id}/resume", s.api(s.postResume))
}

// serverKind tells SDKs that they talk to a dev server (SDK specification 4.2).
func serverKind(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(wire.HeaderServerKind, wire.ServerKindDev)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// api requires the signing key, plain or hashed, if there is one. The page needs
// no key: the key is there to rehearse how apps use it.
func (s *Server) api(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !s.engine.Authorized(token) && !s.fromPage(r) {
			writeError(w, http.StatusUnauthorized, "the request must carry the signing key as a bearer token")
			return
		}
		next(w, r)
	}
}

// fromPage reports whether a browser says that the request comes from the
// server's own page. Other machines can forge that header, so it does not count
// with AllowRemote.
func (s *Server) fromPage(r *http.Request) bool {
	return !s.cfg.AllowRemote && r.Header.Get("Sec-Fetch-Site") == "same-origin"
}

// getHealth reports whether the server works. It does not if it can no longer
// write to DataDir.
func (s *Server) getHealth(w http.ResponseWriter, _ *http.Request) {
	status, message := http.StatusOK, "OK"
	if err := s.engine.Err(); err != nil {
		status, message = http.StatusServiceUnavailable, err.Error()
	}
	writeJSON(w, status, map[string]any{"status": status, "message": message})
}

// page is the frame of the API's answers: their data, and when it was read.
type page struct {
	Data     any      `json:"data"`
	Metadata metadata `json:"metadata"`
}

type metadata struct {
	FetchedAt   time.Time  `json:"fetched_at"`
	CachedUntil *time.Time `json:"cached_until"`
}

// writeData frames data. Nothing here is cached: cached_until is always null.
func writeData(w http.ResponseWriter, data any) {
	writeJSON(w, http.StatusOK, page{Data: data, Metadata: metadata{FetchedAt: time.Now().UTC()}})
}

func writeError(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]any{"error": message, "data": nil, "status": status})
}

// The official dev server's messages for ids that it does not know.
const (
	noSuchRun      = "Unable to load function run: "
	noSuchFunction = "function not found"
	noSuchEvent    = "Event not found"
	noState        = "runtime state is no longer available for runID: "
)

// writeFailureOf writes an error of the engine. For an unknown id it writes the
// official dev server's message.
func writeFailureOf(w http.ResponseWriter, err error, unknown string) {
	if errors.Is(err, engine.ErrNotFound) {
		writeError(w, http.StatusNotFound, unknown)
		return
	}
	writeFailure(w, err)
}

// writeFailure writes an error of the engine.
func writeFailure(w http.ResponseWriter, err error) {
	status, message := refusal(w, err)
	writeError(w, status, message)
}

// refusal returns the status and message for an error of the engine, and sets
// the headers that go with them.
func refusal(w http.ResponseWriter, err error) (status int, message string) {
	var refused *engine.RequestError
	switch {
	case errors.As(err, &refused):
		return refused.Status, refused.Message
	case errors.Is(err, engine.ErrNotFound):
		return http.StatusNotFound, "not found: the id is unknown, or so old that it was forgotten"
	case errors.Is(err, engine.ErrClosed):
		w.Header().Set("Retry-After", "1")
		return http.StatusServiceUnavailable, "the dev server is shutting down"
	}
	return http.StatusInternalServerError, err.Error()
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(`{"error":"the answer could not be written","data":null,"status":500}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}
