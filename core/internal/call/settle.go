package call

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// settle replaces answers that would silently lose work.
func (c *Call) settle(o outcome) Answer {
	misuse, status := o.misuse, o.answer.Status
	if misuse == nil && status == http.StatusOK && !c.fn.checkpoints() {
		switch {
		case o.started:
			misuse = stepLeft // a step that had ended would be reported
		case o.ending == interrupted && c.target == "" && o.cut == nil:
			misuse = stepOnEndedContext // else the step would be reported
		}
	}
	if o.cut == nil {
		c.warnOfOrder(o.replay, o.answer)
	}
	c.roundRetryUp(o.answer.Header)
	switch {
	case status == http.StatusPartialContent:
		if misuse != nil {
			misuse.log(c)
		}
		return o.answer // a step finished or was planned: that always counts
	case misuse != nil:
		return misuse.answer(c)
	case status == http.StatusOK && o.cut != nil:
		c.logger.Error("inngestkit: a call ended before its function did; Inngest will retry it", "cause", o.cut.Error())
		return *Failure(http.StatusInternalServerError, "CallInterrupted", "the call ended before its function did: "+o.cut.Error())
	case status == http.StatusOK && o.ending == resumed && o.err != nil:
		return c.explain(o, *Failure(http.StatusInternalServerError, "", o.err.Error()))
	case status == http.StatusOK && c.target != "":
		return c.missed()
	case status >= http.StatusBadRequest:
		return c.explain(o, o.answer)
	}
	return o.answer
}

// roundRetryUp rounds the time of a RetryAtError up to the header's whole
// seconds. The SDK rounds it down (inngestgo v0.16.0), so that a step that asks
// to be retried when it may is retried too early, again and again.
func (c *Call) roundRetryUp(header http.Header) {
	at := c.retryAt.Load()
	if at == nil || header.Get(wire.HeaderRetryAfter) == "" {
		return
	}
	if whole := at.Truncate(time.Second); whole.Before(*at) {
		header.Set(wire.HeaderRetryAfter, whole.Add(time.Second).Format(time.RFC3339))
	}
}

// missed answers a call whose target step was not met: the code has changed
// since the step was planned. The op code StepNotFound would end the
// run as completed, so it is an error.
func (c *Call) missed() Answer {
	c.logger.Error("inngestkit: the planned step was not met; Inngest will retry the call", "step", c.target)
	return *Failure(http.StatusInternalServerError, "StepNotFound", fmt.Sprintf(
		"step %s was planned but not met when the function ran again: it is nested in another step, or the function's code has changed since", c.target))
}

// stored answers a call whose target already has a result, as a duplicate
// delivery does: it is reported again, not run again.
func (c *Call) stored() (Answer, bool) {
	if c.target == "" {
		return Answer{}, false
	}
	raw, ok := c.body.steps[c.target]
	if !ok {
		return Answer{}, false
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
			return Answer{}, false // no result, but the input to run the step with
		}
	}
	body, err := json.Marshal([]wire.Op{op})
	return Answer{Status: http.StatusPartialContent, Body: body}, err == nil
}

// explain gives a failed call's error a name, and logs it.
func (c *Call) explain(o outcome, a Answer) Answer {
	var e wire.CallError
	if json.Unmarshal(a.Body, &e) != nil {
		return a
	}
	var invalid *validate.Error
	switch {
	case errors.Is(o.err, sdk.ErrNotTaken):
		e = wire.CallError{Name: "UntestedSDK", Message: o.err.Error()}
	case e.Name != "":
	case o.panic != nil:
		e = wire.CallError{Name: "PanicError", Message: fmt.Sprintf("the function panicked: %v", o.panic.value), Stack: string(o.panic.stack)}
	case errors.As(o.err, &invalid):
		e.Name = "ValidationError"
	default:
		e.Name = "Error"
	}
	if a.Header.Get(wire.HeaderNoRetry) == "" {
		a.Header.Set(wire.HeaderNoRetry, "false")
	}
	a.Body = errorBody(e)
	c.logger.Error("inngestkit: a function failed", "error", e.Name, "message", e.Message, "retry", a.Header.Get(wire.HeaderNoRetry) != "true")
	return a
}
