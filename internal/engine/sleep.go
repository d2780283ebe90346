package engine

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/xhit/go-str2duration/v2"
)

// sleepOpts is how long a step sleeps: for a duration, or until a time.
type sleepOpts struct {
	in time.Duration
	at time.Time
}

// decodeSleep reads a sleep (SDK specification 5.3.2). Older SDKs put the
// duration into the op's name.
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

// parseDeadline reads a time string or an ISO 8601 date: one of the two
// results is set.
func parseDeadline(s string) (in time.Duration, at time.Time, err error) {
	if at, err = time.Parse(time.RFC3339Nano, s); err == nil {
		return 0, at, nil
	}
	in, err = parseDuration(s)
	return in, time.Time{}, err
}

// deadline turns what parseDeadline read into a time.
func deadline(now time.Time, in time.Duration, at time.Time) time.Time {
	if at.IsZero() {
		return now.Add(in)
	}
	return at
}

// parseDuration reads a time string (SDK specification 1.3.2).
func parseDuration(s string) (time.Duration, error) {
	d, err := str2duration.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q is neither a duration such as 1w2d3h4m5s nor a date", s)
	}
	return d, nil
}

// wake ends a sleep.
type wake struct{ step *pending }

func (e *Engine) beginSleep(p *pending, opts *sleepOpts) {
	until := deadline(e.clock.Now(), opts.in, opts.at)
	p.step().waitsFor = &Awaits{Until: until}
	p.timer = e.queue.push(until, wake{p})
}

func (w wake) due(e *Engine) { e.resolve(w.step, json.RawMessage("null")) }
