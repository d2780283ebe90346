package engine

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// signalOpts are the options of a wait for a signal, as step.WaitForSignal of
// inngestgo v0.16.0 sends them.
type signalOpts struct {
	signal  string
	timeout time.Duration
	until   time.Time // instead of timeout
	replace bool      // takes the signal from another run that waits for it
}

func decodeSignal(o *op) (*signalOpts, error) {
	var opts struct {
		Signal   string `json:"signal"`
		Timeout  string `json:"timeout"`
		Conflict string `json:"conflict"`
	}
	if err := json.Unmarshal(o.Opts, &opts); err != nil {
		return nil, fmt.Errorf("the options of signal wait %q cannot be read: %w", o.label(), err)
	}
	s := &signalOpts{signal: opts.Signal}
	switch {
	case opts.Signal == "":
		return nil, fmt.Errorf("signal wait %q names no signal", o.label())
	case opts.Conflict == "replace":
		s.replace = true
	case opts.Conflict != "" && opts.Conflict != "fail":
		return nil, fmt.Errorf("signal wait %q: onConflict is fail or replace, not %q", o.label(), opts.Conflict)
	}
	var err error
	if s.timeout, s.until, err = parseDeadline(opts.Timeout); err != nil {
		return nil, fmt.Errorf("the timeout of signal wait %q: %w", o.label(), err)
	}
	return s, nil
}

// beginSignal makes a step wait for a signal. Only one run can wait for a signal:
// a second one fails, or replaces the first, which then waits until its timeout.
// The error's text is the official dev server's.
func (e *Engine) beginSignal(p *pending, opts *signalOpts) {
	if e.signals[opts.signal] != nil && !opts.replace {
		e.fail(p.run, wire.CallError{Name: "Error",
			Message: "Signal conflict; signal wait already exists for another run"})
		return
	}
	p.signal = opts.signal
	e.signals[opts.signal] = p
	until := deadline(e.clock.Now(), opts.timeout, opts.until)
	p.step().waitsFor = &Awaits{Signal: opts.signal, Until: until}
	p.timer = e.queue.push(until, wake{p})
}

// Signal resumes the run that waits for the signal, and returns its id. The
// payload is any JSON; an empty one is null. Errors are ErrNotFound if no run
// waits, *RequestError, ErrStore or ErrClosed.
func (e *Engine) Signal(signal string, payload json.RawMessage) (runID string, err error) {
	switch {
	case signal == "":
		return "", badRequest("signal is required")
	case len(payload) == 0:
		payload = json.RawMessage("null")
	case !json.Valid(payload):
		return "", badRequest("data is not valid JSON")
	case len(payload) > wire.MaxStepBytes:
		return "", tooLarge("data is larger than %d MiB", maxStepMiB)
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return "", ErrClosed
	}
	p := e.signals[signal]
	if p == nil {
		return "", fmt.Errorf("no run waits for signal %q: %w", signal, ErrNotFound)
	}
	result := append(appendString([]byte(`{"signal":`), signal), `,"data":`...)
	e.resolve(p, data(append(append(result, payload...), '}')))
	e.pump()
	return p.run.id, nil
}

// dropSignal ends a step's wait for its signal, unless another step has replaced
// it.
func (e *Engine) dropSignal(p *pending) {
	if e.signals[p.signal] == p {
		delete(e.signals, p.signal)
	}
}
