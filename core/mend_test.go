package inngestkit_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func handlesError(ctx context.Context, _ input) (any, error) {
	v, err := step.Run(ctx, "a", func(context.Context) (string, error) { return "ran again", nil })
	if failed, ok := errors.AsType[sdkerrors.StepError](err); ok {
		return failed.Name + ": " + failed.Message, nil
	}
	return v, err
}

func TestStoredStepErrorsCanBeHandled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ stored, output string }{
		"without data":      {`{"error":{"name":"E","message":"no \"luck\""}}`, `"E: no \"luck\""`},
		"with data":         {`{"error":{"name":"E","message":"m","data":"half"}}`, `"E: m"`},
		"with data of null": {`{"error":{"name":"E","message":"m","data":null}}`, `"E: m"`},
		"of a stack":        {`{"error":{"name":"E","message":"m","stack":"at main"},"id":"x"}`, `"E: m"`},
		"of text alone":     {`{"error":"m"}`, `"Error: m"`},
		"of null":           {`{"data":"A","error":null}`, `"A"`},
		"of a result":       {`{"data":"\"error\""}`, `"\"error\""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHook(t, inngestkit.Config{}, fn(handlesError))
			wantOutput(t, h.call(t, callOf{steps: map[string]string{"a": c.stored}}), c.output)
		})
	}
}

// A result that does not fit the step's type is for the SDK to see: its error
// ends the call, and the run once its attempts are spent.
func TestStoredResultOfAnotherType(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(handlesError))
	wantFailure(t, h.call(t, callOf{steps: map[string]string{"a": `{"data":7}`}}), http.StatusInternalServerError, "Error", true)
}
