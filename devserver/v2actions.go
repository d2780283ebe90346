package devserver

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func (s *Server) postV2Event(w http.ResponseWriter, r *http.Request) {
	var ev wire.Event
	if !readV2(w, r, &ev) {
		return
	}
	if ev.Name == "" {
		writeV2Error(w, http.StatusBadRequest, v2Missing, "Event name is required")
		return
	}
	ids, err := s.engine.Send("", ev)
	if err != nil {
		writeV2Failure(w, err, "Event")
		return
	}
	writeV2(w, map[string]string{"eventId": ids[0]})
}

func (s *Server) postV2Invoke(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Data json.RawMessage `json:"data"`
		User json.RawMessage `json:"user"`
		Key  *string         `json:"idempotencyKey"`
		// Key2 is another spelling of Key, which the official server accepts.
		Key2 *string `json:"idempotency_key"`
	}
	if !readV2(w, r, &req) {
		return
	}
	if len(req.Data) == 0 || string(req.Data) == "null" {
		writeV2Error(w, http.StatusBadRequest, v2Missing, "Input data is required")
		return
	}
	_, fn, ok := s.function(w, r)
	if !ok {
		return
	}
	var started engine.Invocation
	var err error
	if key := cmp.Or(req.Key, req.Key2); key != nil {
		started, err = s.engine.InvokeOnce(fn.ID, *key, req.Data, req.User)
	} else {
		started, err = s.engine.Invoke(fn.ID, req.Data, req.User)
	}
	if err != nil {
		writeV2Failure(w, err, "Function")
		return
	}
	status := http.StatusOK
	if started.Known {
		status = http.StatusConflict
	}
	writeJSON(w, status, newV2Frame(map[string]string{"runId": started.RunID}, nil))
}

func (s *Server) postV2Rerun(w http.ResponseWriter, r *http.Request) {
	var req struct {
		FromStep *struct {
			StepID string          `json:"stepId"`
			Input  json.RawMessage `json:"input"`
		} `json:"fromStep"`
	}
	if !readV2(w, r, &req) {
		return
	}
	run, ok := s.v2Run(w, r)
	if !ok {
		return
	}
	var again string
	var err error
	if req.FromStep == nil {
		again, err = s.engine.Rerun(run.ID)
	} else {
		if req.FromStep.StepID == "" {
			writeV2Error(w, http.StatusBadRequest, v2Missing, "Step ID is required")
			return
		}
		step := stepNamed(run, req.FromStep.StepID)
		if step == "" {
			writeV2Error(w, http.StatusBadRequest, v2Invalid, "Step not found in original run")
			return
		}
		again, err = s.engine.RerunFrom(run.ID, step, req.FromStep.Input)
	}
	if err != nil {
		writeV2Failure(w, err, "Function")
		return
	}
	writeV2(w, map[string]string{"runId": again})
}

// stepNamed returns the hashed id of the step with a given hashed id or name, ""
// if the run has none.
func stepNamed(run engine.Run, name string) string {
	for _, step := range run.Steps {
		if step.ID == name || step.Name == name {
			return step.ID
		}
	}
	return ""
}

func (s *Server) postV2Cancel(w http.ResponseWriter, r *http.Request) {
	run, ok := s.v2Run(w, r)
	if !ok {
		return
	}
	if !run.Ended.IsZero() {
		writeV2Error(w, http.StatusConflict, v2Ended, "Cannot cancel an ended run")
		return
	}
	if err := s.engine.Cancel(run.ID); err != nil {
		writeV2Failure(w, err, "Run")
		return
	}
	writeV2(w, map[string]string{"runId": run.ID})
}
