package inngesttest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// HasOutput is a [Run] or a [ReachedStep], whose output [Output] decodes.
type HasOutput interface {
	// Output returns the output as JSON, or nil if there is none.
	Output() json.RawMessage
	tb() testing.TB
	// requireOutput fails the test unless there is an output.
	requireOutput()
	// unfit fails the test, as the output does not fit a type.
	unfit(typ string, err error)
}

// Output returns the output of a run, or of the step that RunStep reached,
// decoded into T. It fails the test unless the run has completed or the step
// has succeeded, and if the output does not fit T.
func Output[T any](of HasOutput) T {
	of.tb().Helper()
	of.requireOutput()
	var v T
	if err := json.Unmarshal(of.Output(), &v); err != nil {
		of.unfit(fmt.Sprintf("%T", v), err)
	}
	return v
}

// StepOutput returns the output of the first step of the run with an id, decoded
// into T. It fails the test if the run has no finished step with the id, or if the
// output does not fit T.
func StepOutput[T any](r *Run, name string) T {
	r.env.t.Helper()
	var v T
	for _, s := range r.finished() {
		if s.Name != name {
			continue
		}
		if err := json.Unmarshal(unwrapped(s.Result), &v); err != nil {
			r.fatal(fmt.Sprintf("the output of step %q does not fit the type %T: %v", name, v, err))
		}
		return v
	}
	r.fatal(fmt.Sprintf("want a finished step %q", name))
	return v
}

// unwrapped returns the data of a memoized output.
func unwrapped(memo json.RawMessage) json.RawMessage {
	var output struct {
		Data json.RawMessage `json:"data"`
	}
	var event wire.Event
	if json.Unmarshal(memo, &event) == nil && event.Name != "" {
		return memo // the event that ended a wait
	}
	if json.Unmarshal(memo, &output) == nil && output.Data != nil {
		return output.Data
	}
	return memo
}

func (r *Run) tb() testing.TB { return r.env.t }

func (r *Run) requireOutput() {
	r.env.t.Helper()
	r.RequireCompleted()
}

func (r *Run) unfit(typ string, err error) {
	r.env.t.Helper()
	r.fatal(fmt.Sprintf("its output does not fit the type %s: %v", typ, err))
}

func (s *ReachedStep) tb() testing.TB { return s.run.env.t }

func (s *ReachedStep) requireOutput() {
	t := s.run.env.t
	t.Helper()
	if err := s.Err(); err != nil {
		t.Fatalf("inngesttest: step %q failed: %v", s.step.Name, err)
	}
	if s.Output() == nil {
		t.Fatalf("inngesttest: step %q runs no code, and RunStep stops before it: as a %s it has Options, and no output", s.step.Name, s.OpCode())
	}
}

func (s *ReachedStep) unfit(typ string, err error) {
	t := s.run.env.t
	t.Helper()
	t.Fatalf("inngesttest: the output of step %q does not fit the type %s: %v", s.step.Name, typ, err)
}
