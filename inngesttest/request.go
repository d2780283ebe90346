package inngesttest

import (
	"encoding/json"
	"errors"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// exampleOf returns Go code for the output of a step that sends a request. For
// other steps it returns nothing.
func exampleOf(op string) string {
	switch op {
	case wire.OpGateway:
		return `step.FetchResponse[string]{StatusCode: 200, Body: "…"}`
	case wire.OpAIGateway:
		return "…"
	}
	return ""
}

// unmocked returns an answer that fails the step and the test, because there is no
// mock.
func (e *Env) unmocked(s engine.StepCall, own, why, example string) func() engine.StepAnswer {
	return func() engine.StepAnswer {
		e.problemf("the step %q of %s %s\n\twrite env.Step(%q).Returns(%s)", s.Name, own, why, s.Name, example)
		return engine.StepAnswer{Err: stepError(errors.New("the step has no mock")), NoRetry: true}
	}
}

// encodeFetched encodes the output of step.Fetch. The server returns the body as
// text, even if it is JSON, and inngestgo v0.16.0 does not decode it.
func encodeFetched(output any) (json.RawMessage, error) {
	raw, err := json.Marshal(output)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil, errors.New("the output of step.Fetch is a step.FetchResponse[string]")
	}
	var text string
	if body := fields["body"]; body != nil && json.Unmarshal(body, &text) != nil {
		return nil, errors.New("step.Fetch returns the body as text, even if it is JSON: write step.FetchResponse[string], and decode the body in the function")
	}
	return raw, nil
}
