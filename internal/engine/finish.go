package engine

import (
	"encoding/json"

	"github.com/inngestkit/inngestkit/internal/wire"
)

func (e *Engine) complete(r *run, output json.RawMessage) {
	r.err = nil
	e.finish(r, StatusCompleted, output)
}

// fail ends a run with an error and says so with an event
// (SDK specification 11).
func (e *Engine) fail(r *run, err wire.CallError) {
	r.err = &err
	raw, _ := json.Marshal(err) // strings always marshal
	e.log.Error("run failed", "function", r.fn.id, "run", r.id, "error", err.Name+": "+err.Message)
	e.finish(r, StatusFailed, raw)
}

func (e *Engine) finish(r *run, status Status, output json.RawMessage) {
	if r.status != StatusRunning {
		return
	}
	r.status, r.output, r.ended = status, output, e.clock.Now()
	r.discovery = nil
	for _, p := range r.pending {
		e.drop(p)
	}
	e.runs.finish(r)
	e.reply(r)
	if status == StatusFailed {
		e.announce(wire.EventFunctionFailed, r)
	}
	e.announce(wire.EventFunctionFinished, r)
	close(r.done)
	e.log.Debug("run ended", "function", r.fn.id, "run", r.id, "status", string(status))
}

// finished is the data of the events that tell of a run's end.
type finished struct {
	Inngest struct {
		Status Status `json:"status"`
	} `json:"_inngest"`
	Error      *wire.CallError   `json:"error,omitempty"`
	Event      json.RawMessage   `json:"event"`
	Events     []json.RawMessage `json:"events"`
	FunctionID string            `json:"function_id"`
	Result     json.RawMessage   `json:"result,omitempty"`
	RunID      string            `json:"run_id"`
}

func (e *Engine) announce(name string, r *run) {
	d := finished{Error: r.err, Event: r.events[0].raw, FunctionID: r.fn.id, RunID: r.id}
	d.Inngest.Status = r.status
	for _, ev := range r.events {
		d.Events = append(d.Events, ev.raw)
	}
	if r.status == StatusCompleted {
		d.Result = r.output
	}
	raw, err := json.Marshal(d)
	if err != nil {
		e.log.Error("the event about a run's end could not be written", "event", name, "run", r.id, "error", err)
		return
	}
	e.admit(e.newEvent(wire.Event{Name: name, Data: raw}), "")
}
