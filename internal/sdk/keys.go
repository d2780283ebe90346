package sdk

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"
)

// These values are the SDK's own. Each is observed once, at start, by letting
// the SDK use it.
var (
	// interruption is the value that the SDK panics with to leave a function.
	// Only its type is compared: the value itself need not be comparable.
	interruption     = observeInterruption()
	interruptionType = reflect.TypeOf(interruption)
	// senderKey is the context key under which the SDK's steps look for a
	// sender. middlewareKey is the one they look up just before a step's own
	// code runs, or before a sleep is planned. stateKey is the key of a call's State. stepKey is the first
	// one that each step looks up.
	senderKey, middlewareKey, stateKey, stepKey = observeKeys()
)

// IsInterruption reports whether v, which was recovered from a panic, is the
// SDK's way of leaving a function.
func IsInterruption(v any) bool {
	return interruptionType != nil && reflect.TypeOf(v) == interruptionType
}

// Interrupt leaves a function as the SDK does.
func Interrupt() { panic(interruption) }

// observeInterruption runs a step on a cancelled context: the SDK then leaves
// at once.
func observeInterruption() (value any) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	defer func() { value = recover() }()
	_, _ = step.Run(ctx, "observe", func(context.Context) (any, error) { return nil, nil })
	return nil
}

func observeKeys() (sender, mw, state, first any) {
	defer func() { _ = recover() }() // of an SDK that Trial will find to differ
	rec := &recordingContext{Context: context.Background()}
	_, _ = step.Send(rec, "observe", inngestgo.Event{Name: "observe"})
	if n := len(rec.keys); n > 0 {
		first, sender = rec.keys[0], rec.keys[n-1]
	}
	mw, state = observeStepKeys()
	return sender, mw, state, first
}

// recordingContext records the keys that are looked up in it.
type recordingContext struct {
	context.Context
	keys []any
}

func (c *recordingContext) Value(key any) any {
	c.keys = append(c.keys, key)
	return c.Context.Value(key)
}

// observeStepKeys runs one step in a function. The last key that the SDK looks
// up before the step's own code is the middleware's.
func observeStepKeys() (mw, state any) {
	handler, err := serve(offline("observe"), inngestgo.FunctionOpts{ID: "observe"}, inngestgo.EventTrigger("observe", nil),
		func(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
			rec := &recordingContext{Context: ctx}
			return step.Run(rec, "observe", func(context.Context) (any, error) {
				for _, key := range rec.keys {
					mw = key
					if _, ok := ctx.Value(key).(State); ok {
						state = key
					}
				}
				return nil, nil
			})
		})
	if err != nil {
		return nil, nil
	}
	body := `{"event":{"name":"observe","data":{}},"ctx":{"fn_id":"00000000-0000-0000-0000-000000000000"}}`
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "/?fnId=observe-observe&stepId=step", strings.NewReader(body))
	if err != nil {
		return nil, nil
	}
	handler.ServeHTTP(&Recorder{}, req)
	return mw, state
}

// State is where the SDK keeps the results of a call's finished steps.
type State interface {
	SetSteps(steps map[string]json.RawMessage)
	// ReplayedStep reports whether the function has come to a finished step.
	ReplayedStep(hashedID string) bool
}
