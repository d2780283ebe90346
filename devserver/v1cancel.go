package devserver

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// deleteRun cancels a run. As on the official dev server, a run that has ended
// stays as it is.
func (s *Server) deleteRun(w http.ResponseWriter, r *http.Request) {
	id, ok := runID(w, r)
	if !ok {
		return
	}
	if err := s.engine.Cancel(id); err != nil {
		writeFailureOf(w, err, noSuchRun+id)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// runID returns the path's run id. If it returns false, it has answered with an
// error.
func runID(w http.ResponseWriter, r *http.Request) (string, bool) {
	id := r.PathValue("id")
	if !isULID(id) {
		writeError(w, http.StatusBadRequest, "Invalid run ID: "+id)
		return "", false
	}
	return id, true
}

// cancellation selects runs to cancel, as Inngest's bulk cancellation does.
type cancellation struct {
	AppID         string    `json:"app_id"`
	FunctionID    string    `json:"function_id"`
	StartedAfter  time.Time `json:"started_after,omitzero"`
	StartedBefore time.Time `json:"started_before"`
	If            string    `json:"if,omitempty"`
}

// missing lists the required fields that are absent, one on each line.
func (c cancellation) missing() string {
	var out []string
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"app_id", c.AppID != ""}, {"function_id", c.FunctionID != ""}, {"started_before", !c.StartedBefore.IsZero()},
	} {
		if !f.given {
			out = append(out, f.name+" is required")
		}
	}
	return strings.Join(out, "\n")
}

func (s *Server) postCancellation(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxEventBody)
	if !ok {
		return
	}
	var c cancellation
	if json.Unmarshal(body, &c) != nil {
		writeError(w, http.StatusBadRequest, "Invalid cancellation request")
		return
	}
	if missing := c.missing(); missing != "" {
		writeError(w, http.StatusBadRequest, missing)
		return
	}
	_, err := s.engine.CancelRuns(engine.Cancellation{
		Function: s.compositeID(c.AppID, c.FunctionID), Before: c.StartedBefore, After: c.StartedAfter, If: c.If,
	})
	if err != nil {
		writeFailureOf(w, err, noSuchFunction)
		return
	}
	writeData(w, struct {
		ID            string `json:"id"`
		EnvironmentID string `json:"environment_id"`
		cancellation
	}{s.engine.NewID(), noID, c})
}

func (s *Server) postSignal(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, wire.MaxStepBytes+1<<10)
	if !ok {
		return
	}
	var req struct {
		Signal string          `json:"signal"`
		Data   json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &req) != nil {
		writeError(w, http.StatusBadRequest, "Invalid signal data")
		return
	}
	id, err := s.engine.Signal(req.Signal, req.Data)
	if err != nil {
		writeFailureOf(w, err, "No signal found")
		return
	}
	writeData(w, map[string]string{"run_id": id})
}
