package inngestkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// settle looks at the SDK's answer before it leaves, and replaces the ones
// that would lose work in silence.
func settle(c *call, a answer) answer {
	misused := c.misused.Load()
	if misused == nil && a.status == http.StatusOK && !c.fn.checkpoints() {
		switch {
		case c.executed.Load() > 0:
			misused = stepLeft // of one that ended there would be a report
		case c.left && c.target == "" && c.ended == nil:
			misused = stepOnEndedContext // else the step would be reported
		}
	}
	c.warnOfOrder(a)
	switch {
	case a.status == http.StatusPartialContent:
		if misused != nil {
			c.report(misused)
		}
		return a // a step finished or was planned: that always counts
	case misused != nil:
		return c.report(misused)
	case a.status == http.StatusOK && c.ended != nil:
		c.logger.Error("inngestkit: a call ended before its function did; Inngest will retry it", "cause", c.ended.Error())
		return *failure(http.StatusInternalServerError, "CallInterrupted", "the call ended before its function did: "+c.ended.Error())
	case a.status == http.StatusOK && c.resumed && c.failed != nil:
		return c.explain(*failure(http.StatusInternalServerError, "", c.failed.Error()))
	case a.status == http.StatusOK && c.target != "":
		return c.missed()
	case a.status >= http.StatusBadRequest:
		return c.explain(a)
	}
	return a
}

// missed answers a call whose target step was not met: the code is not what
// it was when the step was planned. The op code StepNotFound would end the
// run as completed, so it is an error.
func (c *call) missed() answer {
	c.logger.Error("inngestkit: the planned step was not met; Inngest will retry the call", "step", c.target)
	return *failure(http.StatusInternalServerError, "StepNotFound", fmt.Sprintf(
		"step %s was planned but not met when the function ran again: it is nested in another step, or the function's code has changed since", c.target))
}

// stored answers a call whose target already has a result, as a duplicate
// delivery does: it is reported again, not run again.
func (c *call) stored() (answer, bool) {
	if c.target == "" {
		return answer{}, false
	}
	raw, ok := c.body.steps[c.target]
	if !ok {
		return answer{}, false
	}
	op := wire.Op{ID: c.target, Op: wire.OpStepRun, Data: raw}
	var result struct {
		Data  json.RawMessage `json:"data"`
		Error *wire.StepError `json:"error"`
		Input json.RawMessage `json:"input"`
	}
	if json.Unmarshal(raw, &result) == nil {
		switch {
		case result.Error != nil:
			op.Op, op.Data, op.Error = wire.OpStepFailed, nil, result.Error
		case result.Data != nil:
			op.Data = result.Data
		case result.Input != nil:
			return answer{}, false // no result, but what the step is to be run with
		}
	}
	body, err := json.Marshal([]wire.Op{op})
	return answer{status: http.StatusPartialContent, body: body}, err == nil
}

// explain gives a failed call's error a name, and logs it.
func (c *call) explain(a answer) answer {
	var e wire.CallError
	if json.Unmarshal(a.body, &e) != nil {
		return a
	}
	var invalid *validate.Error
	switch {
	case e.Name != "":
	case c.panicked != nil:
		e = wire.CallError{Name: "PanicError", Message: fmt.Sprintf("the function panicked: %v", c.panicked.value), Stack: string(c.panicked.stack)}
	case errors.As(c.failed, &invalid):
		e.Name = "ValidationError"
	default:
		e.Name = "Error"
	}
	if a.header.Get(wire.HeaderNoRetry) == "" {
		a.header.Set(wire.HeaderNoRetry, "false")
	}
	a.body = errorBody(e)
	c.logger.Error("inngestkit: a function failed", "error", e.Name, "message", e.Message, "retry", a.header.Get(wire.HeaderNoRetry) != "true")
	return a
}
