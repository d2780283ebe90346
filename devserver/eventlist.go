package devserver

import (
	"net/http"
	"strconv"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// Page sizes of GET /v1/events.
const (
	defaultEvents = 20
	maxEvents     = 100
)

func (s *Server) getEvents(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := engine.EventQuery{
		Limit: eventLimit(q.Get("limit")), Before: q.Get("cursor"), Name: q.Get("name"), Internal: q.Get("include_internal") == "true",
	}
	if query.Before != "" && !isULID(query.Before) {
		writeInvalid(w, "cursor")
		return
	}
	for name, at := range map[string]*time.Time{"received_after": &query.Since, "received_before": &query.Until} {
		if !eventTime(q.Get(name), at) {
			writeInvalid(w, name)
			return
		}
	}
	out := []apiEvent{}
	for _, ev := range s.engine.Events(query).Events {
		out = append(out, newAPIEvent(ev))
	}
	writeData(w, out)
}

// eventLimit parses a limit. As on the official server no value is an error:
// numbers out of range are clamped.
func eventLimit(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil || n == 0 {
		return defaultEvents
	}
	return min(max(n, 1), maxEvents)
}

// eventTime parses a time in one of the official server's forms, and reports
// whether value is one. A time without a zone is in UTC. An empty value leaves
// into as it is.
func eventTime(value string, into *time.Time) bool {
	if value == "" {
		return true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, value); err == nil {
			*into = at
			return true
		}
	}
	return false
}

func writeInvalid(w http.ResponseWriter, parameter string) {
	writeError(w, http.StatusBadRequest, "Invalid "+parameter+" query parameter")
}
