package inngestkit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// ErrWaitTimeout means that no matching event came in time. It is also
// step.ErrEventNotReceived to errors.Is.
var ErrWaitTimeout = fmt.Errorf("inngestkit: no matching event came before the timeout: %w", step.ErrEventNotReceived)

// Send sends an event of this type from a function, durably: as a step with the
// given id, which is retried, and whose result is remembered. It returns the
// event's id. Invalid data fails the step without retries. Outside a function
// it sends as [Send] does, and the step's id is ignored.
func (e EventType[T]) Send(ctx context.Context, stepID string, data T, opts ...EventOption) (string, error) {
	if err := e.defined(); err != nil {
		return "", inngestgo.NoRetryError(err)
	}
	return step.Run(ctx, stepID, func(ctx context.Context) (string, error) {
		ids, err := Send(ctx, e.New(data, opts...))
		if err != nil || len(ids) == 0 {
			return "", err
		}
		return ids[0], nil
	})
}

// checkWait refuses a timeout that the server refuses, or that no event can meet.
func checkWait(stepID string, timeout time.Duration) error {
	switch {
	case timeout <= 0:
		return fmt.Errorf("inngestkit: the wait %q has the timeout %s, so no event could come in time; write one such as 24*time.Hour", stepID, timeout)
	case timeout > wire.MaxSleep:
		return fmt.Errorf("inngestkit: the wait %q has the timeout %s, and the server takes at most 366 days; wait in a loop, or write a shorter one", stepID, timeout)
	}
	return nil
}

// Wait pauses the function, as a step with the given id, until an event of
// this type comes that matches every filter, and returns it decoded and
// validated. It returns [ErrWaitTimeout] when none came in time, and a
// [*validate.Error] when the event is invalid, which fails the function without
// retries. So does a timeout that is not positive or exceeds 366 days, which the
// server refuses. Outside a function it returns an error.
func (e EventType[T]) Wait(ctx context.Context, stepID string, timeout time.Duration, filters ...Filter) (inngestgo.GenericEvent[T], error) {
	var ev inngestgo.GenericEvent[T]
	if err := e.defined(); err != nil {
		return ev, inngestgo.NoRetryError(err)
	}
	if call.From(ctx) == nil && !isDirect(ctx) && !sdk.InRun(ctx) {
		return ev, fmt.Errorf("inngestkit: the wait %q pauses a function, and its context belongs to none; call EventType.Wait in a function, with the context that it is given", stepID)
	}
	if err := checkWait(stepID, timeout); err != nil {
		return ev, inngestgo.NoRetryError(err)
	}
	// The SDK ends the run when an event does not fit its type, so it returns
	// raw JSON and the event is decoded here.
	raw, err := step.WaitForEvent[json.RawMessage](ctx, stepID, step.WaitForEventOpts{
		Name: stepID, Event: e.def.Name, Timeout: timeout, If: expression(filters),
	})
	if errors.Is(err, step.ErrEventNotReceived) {
		return ev, ErrWaitTimeout
	}
	if err != nil {
		return ev, err
	}
	if sdk.IsPlaceholder(raw) {
		return ev, sdk.ErrNotTaken
	}
	if err := json.Unmarshal(raw, &ev); err != nil {
		return ev, inngestgo.NoRetryError(call.Mismatch(err, call.EventData(raw), e.def.Type))
	}
	if err := e.def.Validate(ev.Data); err != nil {
		return ev, inngestgo.NoRetryError(err)
	}
	return ev, nil
}
