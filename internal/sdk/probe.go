package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// probe is a call with a known answer.
type probe struct {
	call   string
	run    func(ctx context.Context) (any, error)
	target string
	steps  map[string]json.RawMessage
	want   string
}

var probes = []probe{
	{
		call: "a new step",
		run:  func(ctx context.Context) (any, error) { return step.Run(ctx, "a", ran) },
		want: `206 StepRun a "ran"; function; started 1, ended 1, new code`,
	},
	{
		call: "a stored step",
		run: func(ctx context.Context) (any, error) {
			n, err := step.Run(ctx, "a", func(context.Context) (int, error) { return 0, nil })
			return n + 1, err
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"data":41}`)},
		want:  `200 42; function; started 0, ended 1, new code`,
	},
	{
		call: "a stored error",
		run: func(ctx context.Context) (any, error) {
			_, err := step.Run(ctx, "a", ran)
			return err != nil && strings.Contains(err.Error(), "stored"), nil
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"error":{"name":"E","message":"stored","data":null}}`)},
		want:  `200 true; function; started 0, ended 1, new code`,
	},
	{
		call: "a step in a branch",
		run: func(ctx context.Context) (any, error) {
			return group.Parallel(ctx, func(ctx context.Context) (any, error) { return step.Run(ctx, "a", ran) }), nil
		},
		want: `206 StepPlanned a; branch; started 0, ended 0, new code`,
	},
	{
		call: "a targeted step",
		run: func(ctx context.Context) (any, error) {
			return group.Parallel(ctx,
				func(ctx context.Context) (any, error) { return step.Run(ctx, "a", ran) },
				func(ctx context.Context) (any, error) { return step.Run(ctx, "b", ran) }), nil
		},
		target: wire.HashStepID("b", 0),
		want:   `206 StepRun b "ran"; branch, branch; started 1, ended 1, new code`,
	},
	{
		call: "a recovered interruption",
		run: func(ctx context.Context) (_ any, err error) {
			defer func() {
				if v := recover(); !IsInterruption(v) || ctx.Err() == nil {
					err = fmt.Errorf("left by %T", v)
					return
				}
				Interrupt()
			}()
			return step.Run(ctx, "a", ran)
		},
		want: `206 StepRun a "ran"; function; started 1, ended 1, new code`,
	},
	{
		call: "a new sleep",
		run: func(ctx context.Context) (any, error) {
			step.Sleep(ctx, "a", time.Hour)
			return nil, nil
		},
		want: `206 Sleep a; function; started 1, ended 0, new code`,
	},
	{
		call: "a new wait",
		run: func(ctx context.Context) (any, error) {
			return step.WaitForEvent[any](ctx, "a", step.WaitForEventOpts{Event: "e", Timeout: time.Hour})
		},
		want: `206 WaitForEvent a; function; started 0, ended 0, new code`,
	},
	{
		call: "a new invocation",
		run: func(ctx context.Context) (any, error) {
			return step.Invoke[any](ctx, "a", step.InvokeOpts{FunctionId: "f"})
		},
		want: `206 InvokeFunction a; function; started 0, ended 0, new code`,
	},
	{
		call: "a stored event",
		run: func(ctx context.Context) (any, error) {
			return step.WaitForEvent[json.RawMessage](ctx, "a", step.WaitForEventOpts{Event: "e", Timeout: time.Hour})
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"name":"e"}`)},
		want:  `200 {"name":"e"}; function; started 0, ended 1, new code`,
	},
	{
		call: "a stored invocation",
		run: func(ctx context.Context) (any, error) {
			return step.Invoke[json.RawMessage](ctx, "a", step.InvokeOpts{FunctionId: "f"})
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"data":42}`)},
		want:  `200 42; function; started 0, ended 1, new code`,
	},
	{
		call: "a stored signal",
		run: func(ctx context.Context) (any, error) {
			s, err := step.WaitForSignal[json.RawMessage](ctx, "a", step.WaitForSignalOpts{Signal: "s", Timeout: time.Hour})
			return s.Data, err
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"data":{"signal":"s","data":42}}`)},
		want:  `200 42; function; started 0, ended 1, new code`,
	},
	{
		call: "a stored response",
		run: func(ctx context.Context) (any, error) {
			r, err := step.Fetch[json.RawMessage](ctx, "a", step.FetchOpts{URL: "http://e.invalid"})
			return r.Body, err
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"data":{"body":42}}`)},
		want:  `200 42; function; started 0, ended 1, new code`,
	},
	{
		call: "panics of the function",
		run: func(context.Context) (any, error) {
			taken := 0
			for _, v := range []any{"own", errors.New("own"), fmt.Errorf("own: %d", 1), fmt.Errorf("%w", errors.ErrUnsupported)} {
				if IsInterruption(v) {
					taken++
				}
			}
			return taken, nil
		},
		want: `200 0; ; started 0, ended 1, new code`,
	},
	{
		call: "a send in a step",
		run: func(ctx context.Context) (any, error) {
			return step.Send(ctx, "a", inngestgo.Event{Name: "sent"})
		},
		want: `206 StepRun a "id of sent"; function; started 1, ended 1, new code`,
	},
}

func ran(context.Context) (string, error) { return "ran", nil }
