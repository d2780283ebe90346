package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// waitOpts is what a step waits for.
type waitOpts struct {
	event   string
	timeout time.Duration
	until   time.Time // instead of timeout
	when    expression
}

// decodeWait reads a wait (SDK specification 5.3.3).
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
	if w.when, err = e.compiler.compile(opts.If); err != nil {
		return nil, fmt.Errorf("wait %q: %w", o.label(), err)
	}
	return w, nil
}

// wait is a step that waits for an event.
type wait struct {
	step *pending
	opts *waitOpts
}

func (e *Engine) beginWait(p *pending, opts *waitOpts) {
	until := deadline(e.clock.Now(), opts.timeout, opts.until)
	p.record().awaits = Awaits{Event: opts.event, Until: until}
	p.wait = &wait{step: p, opts: opts}
	e.waits.add(p.wait)
	p.timer = e.queue.push(until, wake{p}) // a timeout is null, as a sleep's end is
}

// resumeWaits hands an event to the steps that wait for it, in the order in
// which they began to.
func (e *Engine) resumeWaits(ev *event) {
	for _, w := range slices.Clone(e.waits.byEvent[ev.Name]) {
		if w.opts.when.matches(w.step.run.events[0], ev) {
			e.settle(w.step, ev.raw)
		}
	}
}

// waitIndex finds waits by the name of their event.
type waitIndex struct{ byEvent map[string][]*wait }

func newWaitIndex() waitIndex { return waitIndex{byEvent: map[string][]*wait{}} }

func (x *waitIndex) add(w *wait) {
	x.byEvent[w.opts.event] = append(x.byEvent[w.opts.event], w)
}

func (x *waitIndex) remove(w *wait) {
	if w == nil {
		return
	}
	name := w.opts.event
	x.byEvent[name] = slices.DeleteFunc(x.byEvent[name], func(o *wait) bool { return o == w })
	if len(x.byEvent[name]) == 0 {
		delete(x.byEvent, name)
	}
}
