package call

import (
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"strconv"
	"sync"

	"github.com/inngest/inngestgo"
	sdkerrors "github.com/inngest/inngestgo/errors"

	"github.com/inngestkit/inngestkit/core/internal/sending"
	"github.com/inngestkit/inngestkit/internal/sdk"
)

// Call implements sdk.Call.
var _ sdk.Call = (*Call)(nil)

// StepMet guards the step that the function has come to, and follows the
// replay.
func (c *Call) StepMet() {
	if c.observer.Step != nil {
		c.observer.Step()
	}
	if guards := !c.fn.app.Settings.NoStepGuard; guards || c.replay.suspects() {
		place := c.footing.Place(c.started.Load() == 0 && c.misused.Load() == nil && !c.returned.Load())
		if guards {
			c.guard(place)
		}
		if place == sdk.InBranch {
			c.replay.noteBranch()
		}
	}
	c.met.Add(1)
	c.replay.advance()
}

// StepStarts counts the steps whose own code runs.
func (c *Call) StepStarts() { c.started.Add(1) }

// CodeEnded notes that a step's code, or the function's, has returned, and when
// its error may be retried.
func (c *Call) CodeEnded(err error) {
	c.ended.Store(true)
	c.retryAt.Store(sdkerrors.GetRetryAtTime(err))
}

// ReplayOver turns the call's logger on.
func (c *Call) ReplayOver() { c.live.Store(true) }

// Send sends from inside a step. An invalid event is invalid at each retry too,
// so such errors end the step without retries.
func (c *Call) Send(ctx context.Context, events []any) ([]string, error) {
	return c.SendBy(ctx, c.fn.app.Send, events)
}

// SendBy is Send by another app.
func (c *Call) SendBy(ctx context.Context, by SendFunc, events []any) ([]string, error) {
	ids, permanent, err := by(ctx, events, c.deriveID)
	if permanent {
		return ids, inngestgo.NoRetryError(err)
	}
	return ids, err
}

// guard stops a step that is taken in the wrong place, and every step after
// it: the function works with results that it does not have.
func (c *Call) guard(place sdk.Place) {
	switch {
	case place == sdk.InGoroutine && c.returned.Load():
		c.logger.Error("inngestkit: " + stepAfterReturn.message)
		runtime.Goexit()
	case place == sdk.InGoroutine:
		c.misuse(stepInGoroutine)
		runtime.Goexit() // a panic would end the process
	case place == sdk.InStep:
		c.misuse(nestedStep)
		sdk.Interrupt()
	case c.misused.Load() != nil:
		sdk.Interrupt()
	}
}

var errMisuse = errors.New("the function misused its steps")

// misuse notes the first misuse of the call, and ends the call's context: the
// function may be waiting for a result that will not come.
func (c *Call) misuse(m *misuse) {
	if c.misused.CompareAndSwap(nil, m) {
		c.interrupt(errMisuse)
	}
}

// deriveID names an event by the step that sends it, so that a retry sends the
// same id.
func (c *Call) deriveID(name string) string {
	step := c.step()
	index := c.sent.next(sentKey{step, name})
	return sending.DeriveID(sending.TimeOf(c.meta.RunID), []byte(c.meta.RunID), []byte(step), []byte(name), binary.BigEndian.AppendUint64(nil, index))
}

// step identifies the step whose code runs. A targeted call names it. Any other
// call runs its steps one after the other, so that the number of earlier steps
// identifies it, the same at each retry.
func (c *Call) step() string {
	if c.target != "" {
		return c.target
	}
	return "#" + strconv.Itoa(len(c.body.steps)+int(c.started.Load()))
}

// sentKey counts the events of one name that one step sends.
type sentKey struct{ step, name string }

type sentEvents struct {
	mu     sync.Mutex
	counts map[sentKey]uint64
}

// next returns how many such events were sent before.
func (s *sentEvents) next(key sentKey) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[sentKey]uint64{}
	}
	s.counts[key]++
	return s.counts[key] - 1
}
