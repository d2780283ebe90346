package engine

import (
	"encoding/json"
	"fmt"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// StartRequest describes a run for Start.
type StartRequest struct {
	Function string // composite id
	// Events are the run's events, at least one. Their names may begin with
	// wire.SystemEventPrefix.
	Events []wire.Event
	// Steps are the steps that have finished, in their order.
	Steps []StoredStep
	// Attempt is the attempt of the first call, counted from zero.
	Attempt int
}

// StoredStep is a finished step.
type StoredStep struct {
	Name   string
	Index  int
	Result json.RawMessage // the memo
}

// Start starts a run without a trigger and returns its id. Errors are
// *RequestError, ErrNotFound for an unknown function, ErrStore or ErrClosed.
func (e *Engine) Start(req StartRequest) (runID string, err error) {
	if len(req.Events) == 0 {
		return "", badRequest("a run needs an event")
	}
	events := make([]*event, len(req.Events))
	for i, ev := range req.Events {
		var err error
		if ev.Data, err = object("data", ev.Data); err != nil {
			return "", badRequest("the event at index %d: %v", i, err)
		}
		events[i] = e.newEvent(ev)
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return "", ErrClosed
	}
	fn := e.registry.functions[req.Function]
	if fn == nil {
		return "", fmt.Errorf("function %q: %w", req.Function, ErrNotFound)
	}
	for _, ev := range events {
		e.remember(ev)
	}
	r, err := e.startRun(fn, events, start{})
	if err != nil {
		return "", err
	}
	for _, s := range req.Steps {
		id := wire.HashStepID(s.Name, s.Index)
		r.noteStep(&op{Op: wire.Op{ID: id, Op: wire.OpStepRun, Name: s.Name}}, r.started)
		if !e.memoise(r, id, s.Result) {
			break
		}
	}
	if r.discovery != nil {
		r.discovery.attempt = req.Attempt
	}
	e.pump()
	return r.id, nil
}
