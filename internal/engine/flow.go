package engine

import (
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// flow is how a function limits its runs. The zero value does not. What comes
// first of an event is to be within the rate limit, then to be batched or
// debounced; a run that starts is a singleton, and its calls wait for throttle
// and concurrency.
type flow struct {
	rates       []rateLimit
	batch       *batching
	debounce    *debouncing
	singleton   *singleton
	priority    expr.Expression
	throttle    *throttle
	concurrency []concurrency
	cancel      []cancelOn
	timeouts    timeouts
}

// newFlow compiles a function's configuration. What it refuses the official
// server refuses too, or takes and cannot do.
func (e *Engine) newFlow(c wire.FlowControl) (f flow, err error) {
	for _, read := range []func(wire.FlowControl, *flow) error{
		e.readRates, e.readBatch, e.readDebounce, e.readSingleton, e.readPriority,
		e.readThrottle, e.readConcurrency, e.readCancel, readTimeouts,
	} {
		if err := read(c, &f); err != nil {
			return flow{}, err
		}
	}
	return f, nil
}

// period reads a duration of a configuration and checks its bounds.
func period(name, source string, atLeast, atMost time.Duration) (time.Duration, error) {
	d, err := parseDuration(source)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: %w", name, err)
	case d < atLeast:
		return 0, fmt.Errorf("%s must be %v or more, not %s", name, atLeast, source)
	case atMost > 0 && d > atMost:
		return 0, fmt.Errorf("%s must be %v or less, not %s", name, atMost, source)
	}
	return d, nil
}

// key compiles an expression whose value tells runs apart.
func (e *Engine) key(name, source string) (expr.Expression, error) {
	x, err := e.compiler.Compile(source)
	if err != nil {
		return expr.Expression{}, fmt.Errorf("%s: %w", name, err)
	}
	return x, nil
}
