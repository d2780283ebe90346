package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// StartEndpoint accepts the first report of a run that an endpoint has begun: its
// steps so far and, if it has ended, its result. If the report ends with a step
// that takes time, or that failed and may be retried, the engine continues the
// run by calling the endpoint. StartEndpoint is safe to repeat. Errors are
// *RequestError or ErrClosed.
func (e *Engine) StartEndpoint(req wire.EndpointRunRequest) (reply wire.EndpointRunReply, err error) {
	id, err := ulid.ParseStrict(req.RunID)
	if err != nil {
		return reply, badRequest("run_id must be a ULID, not %q", req.RunID)
	}
	ops, err := e.decodeReport(req.Steps)
	if err != nil {
		return reply, err
	}
	ev, err := e.accept(req.Event)
	if err != nil {
		return reply, badRequest("event: %v", err)
	}
	to, err := readTarget(ev.Data)
	if err != nil {
		return reply, badRequest("event: %v", err)
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return reply, ErrClosed
	}
	defer e.pump() // the event may start other runs even if this one is refused
	r := e.runs.byID[id.String()]
	if r == nil {
		fn, err := e.endpoint(to, req.Retries)
		if err != nil {
			return reply, err
		}
		e.arrived(fn.app.name)
		e.publish(ev, "")
		if r, err = e.startRun(fn, []*event{ev}, start{id: id.String(), since: earlier(id.Timestamp(), e.clock.Now())}); err != nil {
			return reply, err
		}
	}
	if r.fn.id != to.id() {
		return reply, &RequestError{http.StatusConflict, "run " + r.id + " belongs to another function"}
	}
	err = e.report(r, ops)
	return wire.EndpointRunReply{FunctionID: r.fn.uuid, AppID: appUUID(r.fn.app.name), RunID: r.id, Token: e.outputToken(r.id)}, err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// ReportEndpoint accepts further steps of a run that an endpoint has begun, and
// its result. It is safe to repeat. Errors are *RequestError or ErrClosed.
func (e *Engine) ReportEndpoint(runID string, req wire.EndpointStepsRequest) (err error) {
	ops, err := e.decodeReport(req.Steps)
	if err != nil {
		return err
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	r := e.runs.byID[runID]
	switch {
	case r == nil || !r.fn.app.endpoints:
		return &RequestError{http.StatusNotFound, "run " + runID + " is unknown, or an endpoint did not begin it"}
	case req.RunID != "" && req.RunID != runID:
		return badRequest("the path names run %s and the body run %s", runID, req.RunID)
	case req.FunctionID != "" && req.FunctionID != r.fn.uuid:
		return badRequest("run %s is not of function %s", runID, req.FunctionID)
	case req.AppID != "" && req.AppID != appUUID(r.fn.app.name):
		return badRequest("run %s is not of app %s", runID, req.AppID)
	}
	e.arrived(r.fn.app.name)
	err = e.report(r, ops)
	e.pump()
	return err
}

// decodeReport reads the steps of a report. All of them must be valid.
func (e *Engine) decodeReport(raw json.RawMessage) ([]op, error) {
	if isNull(raw) {
		return nil, nil
	}
	ops, err := e.decodeOps(raw)
	if err != nil {
		return nil, badRequest("the steps cannot be read: %v", err)
	}
	for i := range ops {
		switch o := &ops[i]; {
		case len(o.Data) > wire.MaxStepBytes:
			return nil, tooLarge("%s", o.bad)
		case o.bad != "":
			return nil, badRequest("%s", o.bad)
		case o.Op.Op == wire.OpRunComplete && i < len(ops)-1:
			return nil, badRequest("the step %q comes after the end of the run", ops[i+1].label())
		}
	}
	return ops, nil
}

// report applies the steps of a report. It ignores known steps, which an
// endpoint repeats if the answer to its earlier report got lost.
func (e *Engine) report(r *run, ops []op) error {
	fresh := slices.DeleteFunc(slices.Clone(ops), func(o op) bool { return r.step(o.ID) != nil })
	ends := len(ops) > 0 && ops[len(ops)-1].Op.Op == wire.OpRunComplete
	switch {
	case len(fresh) == 0, r.status.Final() && ends:
		return nil
	case r.status.Final():
		return &RequestError{http.StatusConflict, "run " + r.id + " has ended"}
	case r.discovery != nil || len(r.pending) > 0:
		return &RequestError{http.StatusConflict, "run " + r.id + " continues by calls to its endpoint, which report its steps in their answers"}
	}
	var onward []op // the steps from which calls continue the run
	for i := range fresh {
		o := &fresh[i]
		switch {
		case o.Op.Op == wire.OpRunComplete:
			e.endpointAnswered(r, o.Data)
			return nil
		case begins(o.Op.Op), o.Op.Op == wire.OpStepError && !ends:
			onward = append(onward, *o)
		case !e.takeStep(r, o):
			return nil
		}
	}
	if len(onward) > 0 {
		began, _ := onward[0].ran(r.started, e.clock.Now())
		r.discovery = &call{run: r, since: began, known: len(r.memos)}
		e.apply(r.discovery, answer{ops: onward})
	}
	return nil
}

// takeStep finishes a step that an endpoint has run. It returns false if the
// step exceeded a limit, which failed the run.
func (e *Engine) takeStep(r *run, o *op) bool {
	if _, known := r.memo(o.ID); known {
		return true // the report has it twice
	}
	began, ended := o.ran(r.started, e.clock.Now())
	s := r.noteStep(o, began)
	s.attempts++
	memo := data(o.Data)
	if o.Op.Op == wire.OpStepError || o.Op.Op == wire.OpStepFailed {
		memo, s.err = memoError(o.Error), o.Error
		s.failures = append(s.failures, Failure{Started: began, Ended: ended, Error: o.Error})
	}
	goesOn := e.memoise(r, o.ID, memo)
	s.ended = ended
	return goesOn
}

// ran returns when a step ran: the app's measurement if it is plausible, and
// otherwise now.
func (o *op) ran(first, now time.Time) (began, ended time.Time) {
	if o.Timing == nil || o.Timing.Took < 0 {
		return now, now
	}
	began = time.Unix(0, o.Timing.Start)
	ended = began.Add(time.Duration(o.Timing.Took))
	if began.Before(first) || ended.Before(began) || ended.After(now) {
		return now, now
	}
	return began, ended
}

// endpointAnswered ends a run with its endpoint's answer to the client. The
// output is null if the endpoint does not report its answer.
func (e *Engine) endpointAnswered(r *run, raw json.RawMessage) {
	var res *wire.EndpointResult
	switch err := json.Unmarshal(raw, &res); {
	case err != nil, res == nil:
		e.complete(r, json.RawMessage("null"))
	case res.Status == 0:
		e.failWith(r, wire.CallError{Name: "NoResponse", Message: "the endpoint's handler ended without an answer: it probably panicked"}, json.RawMessage("null"))
	case res.Status >= http.StatusInternalServerError:
		err := endpointError(res.Status, []byte(res.Body))
		if res.Error != "" {
			err.Message = res.Error
		}
		e.failWith(r, *err, asJSON([]byte(res.Body)))
	default:
		e.complete(r, asJSON([]byte(res.Body)))
	}
}

// endpointError returns the error of a run whose endpoint answered with a status
// of 500 or more.
func endpointError(status int, body []byte) *wire.CallError {
	err := decodeError(status, body)
	if err.Name == "Error" {
		err.Name = fmt.Sprintf("HTTP %d", status)
	}
	return err
}
