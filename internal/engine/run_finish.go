package engine

import (
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

func (e *Engine) complete(r *run, output json.RawMessage) {
	r.err = nil
	e.finish(r, StatusCompleted, output)
}

// fail ends a run with an error, and publishes an event about it
// (SDK specification 11). The run's output is the error.
func (e *Engine) fail(r *run, err wire.CallError) { e.failWith(r, err, nil) }

// failWith is fail with an output other than the error.
func (e *Engine) failWith(r *run, err wire.CallError, output json.RawMessage) {
	r.err = &err
	if output == nil {
		output, _ = json.Marshal(err) // strings always marshal
	}
	e.log.Error("run failed", "function", r.fn.id, "run", r.id, "error", err.Name+": "+err.Message)
	e.finish(r, StatusFailed, output)
}

func (e *Engine) finish(r *run, status Status, output json.RawMessage) {
	if r.status.Final() {
		return
	}
	e.runs.turn(r, status)
	r.output, r.ended = output, e.clock.Now()
	r.discovery = nil
	for _, p := range r.pending {
		e.drop(p)
	}
	r.pending = nil
	e.free(r)
	e.runs.finish(r)
	e.changed(ChangedRun, r.id)
	if status == StatusFailed {
		e.announce(wire.EventFunctionFailed, r)
	}
	if status == StatusCancelled {
		e.announce(wire.EventFunctionCancelled, r)
	}
	e.announce(wire.EventFunctionFinished, r)
	e.reply(r)
	close(r.done)
	e.log.Debug("run ended", "function", r.fn.id, "run", r.id, "status", string(status))
}

// free releases the engine's resources that a run holds.
func (e *Engine) free(r *run) {
	e.release(&r.slots)
	e.queue.remove(r.timeout)
	for _, w := range r.cancels {
		e.waits.remove(w)
	}
	r.cancels = nil
	if e.singles[r.single] == r {
		delete(e.singles, r.single)
	}
}

// finished is the data of the events about a run's end.
type finished struct {
	Inngest struct {
		Status Status `json:"status"`
	} `json:"_inngest"`
	CorrelationID string            `json:"correlation_id,omitempty"`
	Error         *finishedError    `json:"error,omitempty"`
	Event         json.RawMessage   `json:"event"`
	Events        []json.RawMessage `json:"events"`
	FunctionID    string            `json:"function_id"`
	Result        json.RawMessage   `json:"result,omitempty"`
	RunID         string            `json:"run_id"`
}

type finishedError struct {
	Error string `json:"error"`
	wire.CallError
}

// announce publishes an event about a run's end, unless such an event started the
// run: otherwise a failing handler of failures would start itself forever.
func (e *Engine) announce(name string, r *run) {
	switch r.events[0].Name {
	case wire.EventFunctionFailed, wire.EventFunctionCancelled, wire.EventFunctionFinished:
		return
	}
	d := finished{Event: r.events[0].raw, FunctionID: r.fn.id, RunID: r.id, Result: r.output}
	d.Inngest.Status = r.status
	if r.err != nil {
		d.Error = &finishedError{r.err.Name + ": " + r.err.Message, *r.err}
	}
	for _, ev := range r.events {
		d.Events = append(d.Events, ev.raw)
	}
	if p := r.events[0].invoker; p != nil {
		d.CorrelationID = p.correlation()
	}
	raw, err := json.Marshal(d)
	if err != nil {
		e.log.Error("the event about a run's end could not be written", "event", name, "run", r.id, "error", err)
		return
	}
	e.publish(e.newEvent(wire.Event{Name: name, Data: raw}), "")
}
