package sdk

import (
	"context"
	"encoding/json"
	"maps"
	"sync/atomic"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

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

// A canary is a finished step that no function has, with a known result.
const canary = "inngestkit canary"

var (
	canaryHash   = wire.HashStepID(canary, 0)
	canaryResult = json.RawMessage(`"alive"`)
)

func restoreChecked(ctx context.Context, state State, steps map[string]json.RawMessage) (err error) {
	all := maps.Clone(steps)
	if all == nil {
		all = map[string]json.RawMessage{}
	}
	all[canaryHash] = canaryResult
	state.SetSteps(all)
	if ctx.Err() != nil {
		return nil // the SDK leaves the function at its first step
	}
	defer func() {
		if recover() != nil {
			err = ErrNotTaken
		}
	}()
	result, err := step.Run(ctx, canary, func(context.Context) (json.RawMessage, error) { return nil, nil })
	if err != nil || string(result) != string(canaryResult) {
		return ErrNotTaken
	}
	return nil
}
