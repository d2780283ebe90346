package engine

import (
	"fmt"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// flow is a function's flow control. The zero value limits nothing. An event
// first meets the rate limit, then joins a batch or a debounce. A starting run
// meets the singleton. The run's calls wait for throttle and concurrency.
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

// newFlow compiles a function's configuration. It refuses the configurations
// that the official server refuses, and those that it accepts but cannot run.
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

// period parses a duration in a configuration and checks its bounds. An atMost of
// 0 is no bound.
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

// key compiles an expression in a configuration. Name is its field.
func (e *Engine) key(name, source string) (expr.Expression, error) {
	x, err := e.compiler.Compile(source)
	if err != nil {
		return expr.Expression{}, fmt.Errorf("%s: %w", name, err)
	}
	return x, nil
}
