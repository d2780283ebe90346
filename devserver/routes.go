package devserver

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Bounds of request bodies. That of events is one more than the engine takes,
// so that the engine says what is too large.
const (
	maxEventBody      = wire.MaxRequestBytes + 1
	maxRegisterBody   = 16 << 20
	maxCheckpointBody = engine.MaxStateBytes + 1<<20
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
	mux.HandleFunc("GET /v0/runs/{id}/actions", s.api(s.getState(s.engine.Actions)))
	mux.HandleFunc("GET /v0/runs/{id}/batch", s.api(s.getState(s.engine.Batch)))
	mux.HandleFunc("POST /v1/checkpoint/{id}/async", s.api(s.postCheckpoint))
	mux.HandleFunc("GET /health", s.getHealth)
	mux.HandleFunc("GET /dev", s.getDev)
	mux.HandleFunc("GET /dev/apps", s.getApps)
	mux.HandleFunc("POST /dev/apps", s.postApps)
	mux.HandleFunc("GET /dev/lifetime", s.getLifetime)
	mux.HandleFunc("GET /{$}", s.getPage)
	return s.guard(serverKind(mux))
}

// serverKind tells SDKs what they talk to (SDK specification 4.2).
func serverKind(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(wire.HeaderServerKind, wire.ServerKindDev)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// api asks for the signing key, plain or hashed, if there is one.
func (s *Server) api(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !s.engine.Authorized(token) {
			writeError(w, http.StatusUnauthorized, "the request must carry the signing key as a bearer token")
			return
		}
		next(w, r)
	}
}

func (s *Server) getHealth(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"status": http.StatusOK, "message": "OK"})
}

// readBody reads a body of at most limit bytes. It has answered if it returns
// false.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		writeError(w, http.StatusRequestEntityTooLarge, "the request is too large")
	case err != nil:
		writeError(w, http.StatusBadRequest, "the request could not be read")
	default:
		return body, true
	}
	return nil, false
}

// page is the frame of the API's answers.
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
	writeJSON(w, status, map[string]any{"error": message, "status": status})
}

// writeFailure writes an error of the engine.
func writeFailure(w http.ResponseWriter, err error) {
	var refused *engine.RequestError
	switch {
	case errors.As(err, &refused):
		writeError(w, refused.Status, refused.Message)
	case errors.Is(err, engine.ErrNotFound):
		writeError(w, http.StatusNotFound, "not found: it may be unknown, or so old that it was forgotten")
	case errors.Is(err, engine.ErrClosed):
		w.Header().Set("Retry-After", "1")
		writeError(w, http.StatusServiceUnavailable, "the dev server is shutting down")
	default:
		writeError(w, http.StatusInternalServerError, err.Error())
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(`{"error":"the answer could not be written","status":500}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}
