package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// deaf is a context in which Restore finds a State that takes no results.
type deaf struct {
	context.Context
	asked *bool
}

func (c deaf) Value(key any) any {
	v := c.Context.Value(key)
	if state, ok := v.(State); ok && key == stateKey && !*c.asked {
		*c.asked = true
		return deafState{state}
	}
	return v
}

type deafState struct{ State }

func (deafState) SetSteps(map[string]json.RawMessage) {}

// While the SDK in use is not the tested one, each call checks that it takes
// the results of finished steps.
func TestRestoreChecksAnUntestedSDK(t *testing.T) {
	differs.Store(true)
	defer differs.Store(false)
	steps := map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"data":42}`)}
	takes := func(ctx context.Context) (any, error) {
		return step.Run(ctx, "a", func(context.Context) (int, error) { t.Error("the step ran again"); return 0, nil })
	}

	rec := stored(t, func(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
		if _, err := Restore(ctx, steps); err != nil {
			return nil, err
		}
		return takes(ctx)
	})
	if got := strings.TrimSpace(rec.Body.String()); rec.Status != http.StatusOK || got != "42" {
		t.Errorf("with an SDK that takes results: answered %d %s", rec.Status, got)
	}
	if len(steps) != 1 {
		t.Errorf("the call's own results became %s", steps)
	}

	rec = stored(t, func(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
		_, err := Restore(deaf{ctx, new(bool)}, steps)
		if !errors.Is(err, ErrNotTaken) {
			t.Errorf("Restore returned %v", err)
			return takes(ctx)
		}
		return nil, err
	})
	if rec.Status != http.StatusInternalServerError || rec.Header().Get(wire.HeaderNoRetry) == "true" {
		t.Errorf("with an SDK that takes none: answered %d %s, want a retriable error", rec.Status, rec.Body.Bytes())
	}

	stored(t, func(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
		if _, err := Restore(ctx, nil); err != nil {
			t.Errorf("a call without results is refused: %v", err)
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := Restore(ended, steps); !errors.Is(err, context.Canceled) {
			t.Errorf("a call that has ended, where no step can be tried, is not refused: %v", err)
		}
		return nil, nil
	})
	if found := compare(probes); len(found) > 0 {
		t.Errorf("the check changes answers: %v", found)
	}
}

// An SDK without a place for results cannot go on with a run that has some.
func TestRestoreNeedsAPlaceForResults(t *testing.T) {
	t.Parallel()
	if state, err := Restore(t.Context(), nil); state != nil || err != nil {
		t.Errorf("without results: %v, %v", state, err)
	}
	_, err := Restore(t.Context(), map[string]json.RawMessage{"a": json.RawMessage("1")})
	if !errors.Is(err, ErrNotTaken) || !strings.Contains(err.Error(), Module+" to v"+Tested) {
		t.Errorf("with results: %v, which should name the version to pin", err)
	}
}
