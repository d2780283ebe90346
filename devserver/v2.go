package devserver

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// The REST API of version 2. Its shapes are those of the official dev server, as
// observed.

// v2Frame is the frame of an answer.
type v2Frame struct {
	Data     any        `json:"data"`
	Metadata v2Metadata `json:"metadata"`
	Page     *v2Page    `json:"page,omitempty"`
}

type v2Metadata struct {
	FetchedAt time.Time `json:"fetchedAt"`
}

type v2Page struct {
	Cursor  string `json:"cursor,omitempty"`
	HasMore bool   `json:"hasMore"`
	Limit   int    `json:"limit"`
}

// Page sizes of version 2.
const (
	v2DefaultLimit = 20
	v2MaxLimit     = 100
)

func writeV2(w http.ResponseWriter, data any) { writeV2Page(w, data, nil) }

func writeV2Page(w http.ResponseWriter, data any, page *v2Page) {
	writeJSON(w, http.StatusOK, newV2Frame(data, page))
}

func newV2Frame(data any, page *v2Page) v2Frame {
	return v2Frame{Data: data, Metadata: v2Metadata{time.Now().UTC()}, Page: page}
}

// writeV2List answers with one page of a list. The cursor is the id of the last
// item of the previous page.
func writeV2List[T, V any](w http.ResponseWriter, r *http.Request, all []T, id func(T) string, view func(T) V) {
	limit, ok := v2Limit(w, r)
	if !ok {
		return
	}
	if cursor := r.URL.Query().Get("cursor"); cursor != "" {
		at := slices.IndexFunc(all, func(v T) bool { return id(v) == cursor })
		if at < 0 {
			writeV2Error(w, http.StatusBadRequest, v2Format, "Cursor is invalid")
			return
		}
		all = all[at+1:]
	}
	page := v2Page{HasMore: len(all) > limit, Limit: limit}
	if page.HasMore {
		all = all[:limit]
		page.Cursor = id(all[limit-1])
	}
	out := []V{}
	for _, v := range all {
		out = append(out, view(v))
	}
	writeV2Page(w, out, &page)
}

// Codes of errors.
const (
	v2NotFound = "not_found"
	v2Missing  = "missing_field"
	v2Format   = "invalid_field_format"
	v2Invalid  = "invalid_request"
	v2Ended    = "run_already_ended"
	v2Other    = "api_error"
)

type v2Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func writeV2Error(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string][]v2Error{"errors": {{code, message}}})
}

// writeV2Failure writes an error of the engine. If an id is unknown, the message
// names missing, the kind of thing that was not found.
func writeV2Failure(w http.ResponseWriter, err error, missing string) {
	var refused *engine.RequestError
	switch {
	case errors.Is(err, engine.ErrNotFound):
		writeV2Error(w, http.StatusNotFound, v2NotFound, missing+" not found")
	case errors.As(err, &refused):
		writeV2Error(w, refused.Status, v2Invalid, refused.Message)
	case errors.Is(err, engine.ErrClosed):
		w.Header().Set("Retry-After", "1")
		writeV2Error(w, http.StatusServiceUnavailable, v2Other, "the dev server is shutting down")
	default:
		writeV2Error(w, http.StatusInternalServerError, v2Other, err.Error())
	}
}

// readV2 decodes a JSON body into v. If it returns false, it has answered with an
// error.
func readV2(w http.ResponseWriter, r *http.Request, v any) bool {
	body, status, err := bodyOf(w, r, maxEventBody)
	if err != nil {
		writeV2Error(w, status, v2Invalid, err.Error())
		return false
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	if err := decode(body, v); err != nil {
		writeV2Error(w, http.StatusBadRequest, v2Other, err.Error())
		return false
	}
	return true
}

// v2ID returns the path's id if it is a ULID. If it returns false, it has
// answered with an error.
func v2ID(w http.ResponseWriter, r *http.Request, what string) (string, bool) {
	id := r.PathValue("id")
	if !isULID(id) {
		writeV2Error(w, http.StatusBadRequest, v2Format, what+" must be a valid ULID")
		return "", false
	}
	return id, true
}

// isULID reports whether s has the form of the ids of runs and events.
func isULID(s string) bool {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	return len(s) == 26 && s[0] <= '7' && strings.Trim(strings.ToUpper(s), digits) == ""
}

// v2NoRoute answers requests that match no route, or a route of another method.
func v2NoRoute(routes *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			other := &http.Request{Method: method, Host: r.Host, URL: r.URL}
			if _, pattern := routes.Handler(other); strings.HasPrefix(pattern, method+" ") {
				w.Header().Set("Allow", method)
				writeV2Error(w, http.StatusMethodNotAllowed, v2Other, "Method Not Allowed")
				return
			}
		}
		writeV2Error(w, http.StatusNotFound, v2Other, "Not Found")
	}
}

func (s *Server) getV2Health(w http.ResponseWriter, _ *http.Request) {
	if err := s.engine.Err(); err != nil {
		writeV2Error(w, http.StatusServiceUnavailable, v2Other, err.Error())
		return
	}
	writeV2(w, map[string]string{"status": "ok"})
}
