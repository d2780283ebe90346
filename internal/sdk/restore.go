package sdk

import (
	"context"
	"encoding/json"
	"maps"
	"sync/atomic"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// InRun reports whether a context belongs to a run of a function.
func InRun(ctx context.Context) bool {
	_, ok := ctx.Value(stateKey).(State)
	return ok
}

// Restore hands the results of a call's finished steps, by hashed id, to the
// SDK. It returns ErrNotTaken if the SDK has no place for them; if Trial has
// found differences, also if a result handed over does not come back.
func Restore(ctx context.Context, steps map[string]json.RawMessage) (State, error) {
	state, ok := ctx.Value(stateKey).(State)
	switch {
	case !ok && len(steps) > 0:
		return nil, ErrNotTaken
	case !ok:
		return nil, nil
	case differs.Load():
		return state, restoreChecked(ctx, state, steps)
	case len(steps) > 0:
		state.SetSteps(steps)
	}
	return state, nil
}

// differs is set when the SDK in use is not the one that this package was
// written for. Each call then checks that the SDK takes the results it is given.
var differs atomic.Bool

// A canary is a finished step that no function has, with a known result: one for
// each way in which the SDK's steps read results.
const canary = "inngestkit canary"

var canaries = map[string]json.RawMessage{
	wire.HashStepID(canary, 0):               json.RawMessage(`{"data":"alive"}`),
	wire.HashStepID(canary+" event", 0):      json.RawMessage(`"alive"`),
	wire.HashStepID(canary+" invocation", 0): json.RawMessage(`{"data":"alive"}`),
}

func restoreChecked(ctx context.Context, state State, steps map[string]json.RawMessage) (err error) {
	all := maps.Clone(canaries)
	maps.Copy(all, steps)
	state.SetSteps(all)
	if ctx.Err() != nil {
		return context.Cause(ctx) // no step could be tried
	}
	defer func() {
		if recover() != nil {
			err = ErrNotTaken
		}
	}()
	for _, read := range []func() (json.RawMessage, error){
		func() (json.RawMessage, error) {
			return step.Run(ctx, canary, func(context.Context) (json.RawMessage, error) { return nil, nil })
		},
		func() (json.RawMessage, error) {
			return step.WaitForEvent[json.RawMessage](ctx, canary+" event", step.WaitForEventOpts{Event: canary})
		},
		func() (json.RawMessage, error) {
			return step.Invoke[json.RawMessage](ctx, canary+" invocation", step.InvokeOpts{FunctionId: canary})
		},
	} {
		if result, err := read(); err != nil || string(result) != `"alive"` {
			return ErrNotTaken
		}
	}
	return nil
}
