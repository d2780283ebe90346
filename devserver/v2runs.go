package devserver

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// v2Run is a run in version 2.
type v2Run struct {
	App        v2Ref           `json:"app"`
	DurationMs string          `json:"durationMs,omitempty"`
	EndedAt    time.Time       `json:"endedAt,omitzero"`
	Function   v2FunctionRef   `json:"function"`
	ID         string          `json:"id"`
	Output     json.RawMessage `json:"output,omitempty"`
	QueuedAt   time.Time       `json:"queuedAt"`
	StartedAt  time.Time       `json:"startedAt"`
	Status     string          `json:"status"`
	Trigger    v2Trigger       `json:"trigger"`
}

type v2Ref struct {
	ID string `json:"id"`
}

type v2FunctionRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type v2Trigger struct {
	EventIDs []string `json:"eventIds"`
}

func newV2Run(r engine.Run, output bool) v2Run {
	v := v2Run{
		App: v2Ref{r.App}, Function: v2FunctionRef{localID(r.App, r.FunctionID), cmp.Or(r.FunctionName, r.FunctionID)},
		ID: r.ID, QueuedAt: r.Started.UTC(), StartedAt: r.Started.UTC(), Status: v2Status(r.Status),
	}
	for _, ev := range r.Events {
		v.Trigger.EventIDs = append(v.Trigger.EventIDs, ev.InternalID)
	}
	if !r.Ended.IsZero() {
		v.EndedAt, v.DurationMs = r.Ended.UTC(), millis(r.Ended.Sub(r.Started))
		if output {
			v.Output = v2Output(r)
		}
	}
	return v
}

// v2Output returns a result in an object under "data", or an error unchanged.
func v2Output(r engine.Run) json.RawMessage {
	if r.Status != engine.StatusCompleted {
		return r.Output
	}
	raw, _ := json.Marshal(map[string]json.RawMessage{"data": r.Output}) // the output is valid JSON
	return raw
}

func v2Status(s engine.Status) string { return strings.ToUpper(string(s)) }

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// localID returns a function's id within its app.
func localID(app, compositeID string) string { return strings.TrimPrefix(compositeID, app+"-") }

// v2Run returns the path's run. If it returns false, it has answered with an
// error.
func (s *Server) v2Run(w http.ResponseWriter, r *http.Request) (engine.Run, bool) {
	id, ok := v2ID(w, r, "Run ID")
	if !ok {
		return engine.Run{}, false
	}
	run, err := s.engine.Run(id)
	if err != nil {
		writeV2Failure(w, err, "Run")
		return engine.Run{}, false
	}
	return run, true
}

func (s *Server) getV2Run(w http.ResponseWriter, r *http.Request) {
	run, ok := s.v2Run(w, r)
	if !ok {
		return
	}
	writeV2(w, newV2Run(run, wantsOutput(r)))
}

func wantsOutput(r *http.Request) bool { return r.URL.Query().Get("includeOutput") == "true" }

func (s *Server) getV2Runs(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, ok := v2Limit(w, r)
	if !ok {
		return
	}
	query := engine.RunQuery{Limit: limit, Before: q.Get("cursor"), Search: q.Get("search"), App: first(q["appId"])}
	if query.Before != "" && !validCursor(query.Before) {
		writeV2Error(w, http.StatusBadRequest, v2Format, "Cursor is invalid")
		return
	}
	if q.Has("functionId") {
		if query.App == "" {
			writeV2Error(w, http.StatusBadRequest, v2Format, "appId is required when filtering by functionId")
			return
		}
		query.Function = s.compositeID(query.App, q.Get("functionId"))
	}
	if status := first(q["status"]); status != "" {
		at := slices.IndexFunc(runStatuses, func(s engine.Status) bool { return strings.EqualFold(string(s), status) })
		if at < 0 {
			writeV2Error(w, http.StatusBadRequest, v2Format, "Status is invalid")
			return
		}
		query.Status = runStatuses[at]
	}
	for name, at := range map[string]*time.Time{"from": &query.Since, "until": &query.Until} {
		if !v2Time(w, q.Get(name), name, at) {
			return
		}
	}
	page := s.engine.Runs(query)
	out := []v2Run{}
	for _, run := range page.Runs {
		out = append(out, newV2Run(run, wantsOutput(r)))
	}
	writeV2Page(w, out, &v2Page{Cursor: page.Next, HasMore: page.Next != "", Limit: limit})
}

// runStatuses are the statuses by which a list can be filtered.
var runStatuses = []engine.Status{engine.StatusScheduled, engine.StatusRunning, engine.StatusCompleted, engine.StatusFailed, engine.StatusCancelled}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// validCursor reports whether s has the form of the engine's cursors.
func validCursor(s string) bool {
	_, err := strconv.ParseUint(s, 36, 64)
	return err == nil
}

// v2Time parses a time. If it returns false, it has answered with an error.
func v2Time(w http.ResponseWriter, value, name string, into *time.Time) bool {
	if value == "" {
		return true
	}
	at, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		writeV2Error(w, http.StatusBadRequest, v2Format, name+" must be a time such as 2026-01-02T15:04:05Z")
		return false
	}
	*into = at
	return true
}

// v2Limit parses the limit of a list. If it returns false, it has answered with
// an error.
func v2Limit(w http.ResponseWriter, r *http.Request) (int, bool) {
	value := r.URL.Query().Get("limit")
	if value == "" || value == "0" {
		return v2DefaultLimit, true
	}
	n, err := strconv.Atoi(value)
	switch {
	case err != nil || n < 0:
		writeV2Error(w, http.StatusBadRequest, v2Format, "Limit must be a number")
		return 0, false
	case n > v2MaxLimit:
		writeV2Error(w, http.StatusBadRequest, v2Format, "Limit cannot exceed 100")
		return 0, false
	}
	return n, true
}

func (s *Server) getV2EventRuns(w http.ResponseWriter, r *http.Request) {
	id, ok := v2ID(w, r, "Event ID")
	if !ok {
		return
	}
	runs, err := s.engine.EventRuns(id)
	if err != nil {
		writeV2Failure(w, err, "Event")
		return
	}
	runID := func(run engine.Run) string { return run.ID }
	writeV2List(w, r, runs, runID, func(run engine.Run) v2Run { return newV2Run(run, wantsOutput(r)) })
}
