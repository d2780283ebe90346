package devserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// v2Span is a run, a step or an attempt in a trace.
type v2Span struct {
	Children   []v2Span        `json:"children,omitempty"`
	DurationMs string          `json:"durationMs,omitempty"`
	EndedAt    time.Time       `json:"endedAt,omitzero"`
	ID         string          `json:"id"`
	Input      json.RawMessage `json:"input,omitempty"`
	Name       string          `json:"name"`
	Output     json.RawMessage `json:"output,omitempty"`
	QueuedAt   time.Time       `json:"queuedAt"`
	StartedAt  time.Time       `json:"startedAt"`
	Status     string          `json:"status"`
	StepID     string          `json:"stepId,omitempty"`
	StepOp     string          `json:"stepOp,omitempty"`
}

// v2Ops are the names of op codes in traces.
var v2Ops = map[string]string{
	wire.OpSleep: "SLEEP", wire.OpWaitForEvent: "WAIT_FOR_EVENT", wire.OpWaitForSignal: "WAIT_FOR_SIGNAL", wire.OpInvokeFunction: "INVOKE",
	wire.OpGateway: "AI_GATEWAY", wire.OpAIGateway: "AI_GATEWAY",
}

func (s *Server) getV2Trace(w http.ResponseWriter, r *http.Request) {
	run, ok := s.v2Run(w, r)
	if !ok {
		return
	}
	writeV2(w, struct {
		RootSpan v2Span `json:"rootSpan"`
		RunID    string `json:"runId"`
	}{newV2Trace(run, wantsOutput(r)), run.ID})
}

// newV2Trace returns a run's trace. With payloads it includes inputs and
// outputs.
func newV2Trace(run engine.Run, payloads bool) v2Span {
	root := v2Span{ID: run.ID, Name: "Run", Status: v2Status(run.Status), QueuedAt: run.Started.UTC()}
	root.took(run.Started, run.Ended)
	for i, step := range run.Steps {
		root.Children = append(root.Children, newV2Step(run, i, step, payloads))
	}
	root.Children = append(root.Children, finalizations(run, payloads)...)
	slices.SortStableFunc(root.Children, func(a, b v2Span) int { return a.StartedAt.Compare(b.StartedAt) })
	if payloads {
		events := make([]wire.Event, len(run.Events))
		for i, ev := range run.Events {
			events[i] = ev.Event
		}
		root.Input, _ = json.Marshal(map[string]any{"data": events}) // events are valid JSON
		root.Output = v2Output(run)
	}
	return root
}

func newV2Step(run engine.Run, index int, step engine.Step, payloads bool) v2Span {
	span := v2Span{
		ID: fmt.Sprintf("%s-%d", run.ID, index), Name: step.Name, StepID: step.ID, StepOp: v2Ops[step.Op],
		QueuedAt: step.Started.UTC(), Status: v2StepStatus(run, step),
	}
	if span.StepOp == "" {
		span.StepOp = "RUN"
	}
	span.took(step.Started, step.Ended)
	if payloads && string(step.Result) != "null" { // a sleep has no result
		span.Output = step.Result
	}
	if len(step.Failures) == 0 {
		return span
	}
	for i, f := range step.Failures {
		span.addFailure(i, f, payloads)
	}
	if span.Status == "COMPLETED" {
		attempt := span.attempt(len(step.Failures), span.Status, step.Tried, step.Ended)
		attempt.Output = span.Output
		span.Children = append(span.Children, attempt)
	}
	return span
}

// addFailure adds a failed attempt.
func (s *v2Span) addFailure(index int, f engine.Failure, payloads bool) {
	attempt := s.attempt(index, "FAILED", f.Started, f.Ended)
	if payloads {
		attempt.Output, _ = json.Marshal(f.Error) // its Data is valid JSON
	}
	s.Children = append(s.Children, attempt)
}

func (s *v2Span) attempt(index int, status string, started, ended time.Time) v2Span {
	attempt := v2Span{
		ID: fmt.Sprintf("%s-%d", s.ID, index), Name: fmt.Sprintf("Attempt %d", index), Status: status,
		QueuedAt: started.UTC(), StepID: s.StepID, StepOp: s.StepOp,
	}
	attempt.took(started, ended)
	return attempt
}

func (s *v2Span) took(started, ended time.Time) {
	s.StartedAt = started.UTC()
	if !ended.IsZero() {
		s.EndedAt, s.DurationMs = ended.UTC(), millis(ended.Sub(started))
	}
}

func v2StepStatus(run engine.Run, step engine.Step) string {
	switch {
	case failed(step):
		return "FAILED"
	case !step.Ended.IsZero():
		return "COMPLETED"
	case run.Status == engine.StatusCancelled:
		return "CANCELLED"
	case waits(step):
		return "WAITING"
	}
	return "RUNNING"
}

// failed reports whether a step has ended with an error, which is then its
// result.
func failed(step engine.Step) bool {
	var result struct {
		Error json.RawMessage `json:"error"`
	}
	return !waits(step) && !step.Ended.IsZero() && json.Unmarshal(step.Result, &result) == nil && result.Error != nil
}

// waits reports whether a step only waits. Such a step cannot fail.
func waits(step engine.Step) bool {
	return step.Op == wire.OpSleep || step.Op == wire.OpWaitForEvent || step.Op == wire.OpWaitForSignal
}
