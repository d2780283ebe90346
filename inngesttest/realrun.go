package inngesttest

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// progress is a run's state, collected from its calls. The end of a run without a
// call comes from the server's API, which may have cached an older state: so the API
// is asked for nothing else.
type progress struct {
	view   engine.Run
	byID   map[string]int  // of view.Steps
	failed map[string]bool // stepId of calls whose latest attempt failed as a whole
}

// retries reports whether the run waits for its next attempt.
func (p *progress) retries() bool {
	return p.view.Status == Running && (len(p.failed) > 0 || slices.ContainsFunc(p.view.Steps, func(s engine.Step) bool {
		return s.Op == wire.OpStepError && s.Ended.IsZero()
	}))
}

// note adds a call and its response to the run's state.
func (s *realServer) note(call wire.CallRequest, target string, res *http.Response, answer []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.progress[call.Ctx.RunID]
	if p == nil {
		p = newProgress(call)
		s.progress[call.Ctx.RunID] = p
	}
	now := time.Now()
	delete(p.failed, target)
	for id, output := range call.Steps {
		if i, ok := p.byID[id]; ok && p.view.Steps[i].Ended.IsZero() {
			p.view.Steps[i].Ended, p.view.Steps[i].Result = now, output
		}
	}
	switch {
	case res.StatusCode == http.StatusPartialContent:
		var ops []wire.Op
		_ = json.Unmarshal(answer, &ops) // anything but a list reports no step
		for _, o := range ops {
			p.report(o, now)
		}
	case res.StatusCode == http.StatusOK && target == wire.StepAny:
		p.end(Completed, now)
		p.view.Output = answer
	case res.StatusCode >= http.StatusBadRequest:
		p.failed[target] = true
		p.fail(call, res, answer, now)
	}
}

func newProgress(call wire.CallRequest) *progress {
	p := &progress{byID: map[string]int{}, failed: map[string]bool{}, view: engine.Run{ID: call.Ctx.RunID, Status: Running, Started: time.Now()}}
	for _, raw := range call.Events {
		var ev engine.Event
		_ = json.Unmarshal(raw, &ev.Event) // the app refuses anything but an event
		p.view.Events = append(p.view.Events, ev)
	}
	return p
}

func (p *progress) end(status Status, now time.Time) {
	if p.view.Status == Running {
		p.view.Status, p.view.Ended = status, now
	}
}

// fail notes a call that failed as a whole. If it was the last attempt, the run has
// ended.
func (p *progress) fail(call wire.CallRequest, res *http.Response, answer []byte, now time.Time) {
	failed := callError(answer)
	p.view.Error = failed
	if isLast(call.Ctx, res) {
		p.end(Failed, now)
		return
	}
	p.view.Failures = append(p.view.Failures, engine.Failure{
		Ended: now, RetryAt: now, Error: &wire.StepError{Name: failed.Name, Message: failed.Message},
	})
}

func callError(raw []byte) *wire.CallError {
	failed := &wire.CallError{Name: "Error"}
	_ = json.Unmarshal(raw, failed) // anything but an object has no name
	return failed
}

// report notes a step that the app has reported.
func (p *progress) report(o wire.Op, now time.Time) {
	i, ok := p.byID[o.ID]
	if !ok {
		i = len(p.view.Steps)
		p.byID[o.ID] = i
		p.view.Steps = append(p.view.Steps, engine.Step{ID: o.ID, Name: stepName(o), Started: now})
	}
	s := &p.view.Steps[i]
	s.Op, s.Tried = o.Op, now
	switch o.Op {
	case wire.OpStepRun, wire.OpStep, wire.OpStepError, wire.OpStepFailed:
		s.Attempts++
	}
	switch o.Op {
	case wire.OpStepRun, wire.OpStep:
		s.Ended, s.Result = now, o.Data
	case wire.OpStepError:
		s.Failures = append(s.Failures, engine.Failure{Ended: now, RetryAt: now, Error: o.Error})
	case wire.OpStepFailed:
		s.Failures = append(s.Failures, engine.Failure{Ended: now, Error: o.Error})
		s.Ended = now
	case wire.OpWaitForEvent:
		s.Awaits.Event = optionsOf(o.Opts).Event
	case wire.OpWaitForSignal:
		s.Awaits.Signal = optionsOf(o.Opts).Signal
	case wire.OpInvokeFunction:
		s.Awaits.Function = optionsOf(o.Opts).Function
	}
}
