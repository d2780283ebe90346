package devserver

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// apiRun is a run in the REST API.
type apiRun struct {
	RunID           string          `json:"run_id"`
	RunStartedAt    time.Time       `json:"run_started_at"`
	FunctionID      string          `json:"function_id"`
	FunctionVersion int             `json:"function_version"`
	EnvironmentID   string          `json:"environment_id"`
	EventID         string          `json:"event_id"`
	Status          engine.Status   `json:"status"`
	EndedAt         *time.Time      `json:"ended_at"`
	Output          json.RawMessage `json:"output"`
}

func newAPIRun(r engine.Run) apiRun {
	out := apiRun{
		RunID: r.ID, RunStartedAt: r.Started.UTC(), FunctionID: r.FunctionUUID, EnvironmentID: noID,
		EventID: r.Events[0].InternalID, Status: r.Status, Output: r.Output,
	}
	if out.Output == nil {
		out.Output = json.RawMessage("null")
	}
	if !r.Ended.IsZero() {
		ended := r.Ended.UTC()
		out.EndedAt = &ended
	}
	return out
}

func (s *Server) getRun(w http.ResponseWriter, r *http.Request) {
	id, ok := runID(w, r)
	if !ok {
		return
	}
	run, err := s.engine.Run(id)
	if err != nil {
		writeFailureOf(w, err, noSuchRun+id)
		return
	}
	writeData(w, newAPIRun(run))
}

// apiJob is one job of a run in the REST API.
type apiJob struct {
	JobID    string         `json:"JobID"`
	At       *time.Time     `json:"at"`
	Position int            `json:"position"`
	Kind     engine.JobKind `json:"kind"`
	Attempt  int            `json:"attempt"`
}

func (s *Server) getRunJobs(w http.ResponseWriter, r *http.Request) {
	id, ok := runID(w, r)
	if !ok {
		return
	}
	jobs, err := s.engine.Jobs(id)
	if err != nil {
		writeFailureOf(w, err, noSuchRun+id)
		return
	}
	out := []apiJob{}
	for _, j := range jobs {
		v := apiJob{JobID: j.ID, Position: j.Position, Kind: j.Kind, Attempt: j.Attempt}
		if !j.At.IsZero() {
			v.At = new(j.At.UTC().Truncate(time.Millisecond))
		}
		out = append(out, v)
	}
	writeData(w, out)
}

// getState answers with one part of a run's state, for an app whose call came
// without it (SDK specification 4.4.2).
func (s *Server) getState(part func(runID string) (json.RawMessage, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if !isULID(id) {
			writeError(w, http.StatusBadRequest, "The run ID specified is invalid")
			return
		}
		raw, err := part(id)
		switch {
		case errors.Is(err, engine.ErrNotFound):
			writeError(w, http.StatusGone, noState+id)
			return
		case err != nil:
			writeFailure(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(raw) // an error means that the app is gone
	}
}

func (s *Server) postCheckpoint(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxCheckpointBody)
	if !ok {
		return
	}
	var req wire.CheckpointRequest
	if err := decode(body, &req); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not a checkpoint: "+err.Error())
		return
	}
	if err := s.engine.Checkpoint(r.PathValue("id"), req); err != nil {
		writeFailure(w, err)
		return
	}
	writeData(w, map[string]string{"run_id": r.PathValue("id")})
}
