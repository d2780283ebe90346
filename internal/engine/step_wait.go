package engine

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
)

// waitOpts are the options of a wait for an event.
type waitOpts struct {
	event   string
	timeout time.Duration
	until   time.Time // instead of timeout
	when    expr.Expression
}

// decodeWait reads a wait's options (SDK specification 5.3.3).
func (e *Engine) decodeWait(o *op) (*waitOpts, error) {
	var opts struct {
		Event   string `json:"event"`
		Timeout string `json:"timeout"`
		If      string `json:"if"`
	}
	if err := json.Unmarshal(o.Opts, &opts); err != nil {
		return nil, fmt.Errorf("the options of wait %q cannot be read: %w", o.label(), err)
	}
	w := &waitOpts{event: opts.Event}
	if w.event == "" {
		w.event = o.Name
	}
	var err error
	if w.timeout, w.until, err = parseDeadline(opts.Timeout); err != nil {
		return nil, fmt.Errorf("the timeout of wait %q: %w", o.label(), err)
	}
	if w.when, err = e.compiler.Compile(opts.If); err != nil {
		return nil, fmt.Errorf("wait %q: %w", o.label(), err)
	}
	return w, nil
}

// wait is a wait for an event, which resumes a step or cancels a run.
type wait struct {
	run   *run
	step  *pending // nil for a cancellation
	event string
	when  expr.Expression
	until time.Time // end of a cancellation; zero for none

	// The wait's place in the index. seq is zero outside the index.
	seq          uint64
	field, value string
}

func (e *Engine) beginWait(p *pending, opts *waitOpts) {
	until := deadline(e.clock.Now(), opts.timeout, opts.until)
	p.step().waitsFor = &Awaits{Event: opts.event, Until: until}
	p.wait = &wait{run: p.run, step: p, event: opts.event, when: opts.when}
	e.waits.add(p.wait)
	p.timer = e.queue.push(until, wake{p}) // the result of a timeout is null, as of a sleep
}

// deliver resumes the steps that wait for an event and cancels the runs that it
// cancels, in the order in which the waits began.
func (e *Engine) deliver(ev *event) {
	for _, w := range e.waits.find(ev) {
		switch {
		case w.seq == 0: // an earlier wait already ended the run
		case w.step != nil:
			e.resolve(w.step, ev.raw)
		case w.until.IsZero() || ev.receivedAt.Before(w.until):
			e.abort(w.run)
		}
	}
}
