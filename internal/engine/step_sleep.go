package engine

import (
	"encoding/json"
	"fmt"
	"time"
)

// sleepOpts are the options of a sleep: a duration or a time.
type sleepOpts struct {
	in time.Duration
	at time.Time
}

// decodeSleep reads a sleep's options (SDK specification 5.3.2). Older SDKs send
// the duration as the op's name.
func decodeSleep(o *op) (*sleepOpts, error) {
	var opts struct {
		Duration string `json:"duration"`
	}
	if len(o.Opts) > 0 {
		if err := json.Unmarshal(o.Opts, &opts); err != nil {
			return nil, fmt.Errorf("the options of sleep %q cannot be read: %w", o.label(), err)
		}
	}
	if opts.Duration == "" {
		opts.Duration = o.Name
	}
	in, at, err := parseDeadline(opts.Duration)
	if err != nil {
		return nil, fmt.Errorf("sleep %q: %w", o.label(), err)
	}
	return &sleepOpts{in: in, at: at}, nil
}

// wake ends a sleep, or a wait at its timeout.
type wake struct{ step *pending }

func (e *Engine) beginSleep(p *pending, opts *sleepOpts) {
	until := deadline(e.clock.Now(), opts.in, opts.at)
	p.step().waitsFor = &Awaits{Until: until}
	p.timer = e.queue.push(until, wake{p})
}

func (w wake) due(e *Engine) { e.resolve(w.step, json.RawMessage("null")) }
