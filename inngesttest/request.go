package inngesttest

import (
	"encoding/json"
	"errors"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// exampleOf is what to write as the output of a step that makes a request; it
// is empty for other steps.
func exampleOf(op string) string {
	switch op {
	case wire.OpGateway:
		return `step.FetchResponse[string]{StatusCode: 200, Body: "…"}`
	case wire.OpAIGateway:
		return "…"
	}
	return ""
}

// unmocked fails the test, and then the step, for want of a mock.
func (e *Env) unmocked(s engine.StepCall, own, why, example string) func() engine.StepAnswer {
	return func() engine.StepAnswer {
		e.problemf("the step %q of %s %s\n\twrite env.Step(%q).Returns(%s)", s.Name, own, why, s.Name, example)
		return engine.StepAnswer{Err: stepError(errors.New("the step has no mock")), NoRetry: true}
	}
}

// encodeFetched writes the output of step.Fetch. The server gives the body as
// text whatever is in it, and inngestgo v0.16.0 does not decode it further.
func encodeFetched(output any) (json.RawMessage, error) {
	raw, err := json.Marshal(output)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil, errors.New("step.Fetch comes to a step.FetchResponse[string]")
	}
	var text string
	if body := fields["body"]; body != nil && json.Unmarshal(body, &text) != nil {
		return nil, errors.New("step.Fetch gives the body as text, whatever is in it: write step.FetchResponse[string], and decode the body in the function")
	}
	return raw, nil
}
