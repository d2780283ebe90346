package inngestkit_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// A deferred step runs while the SDK leaves the function: the frames of the
// step that has finished are still on the stack.
func TestStepInADeferIsNotNested(t *testing.T) {
	t.Parallel()
	h := guarded(t, func(ctx context.Context, _ input) (_ any, err error) {
		defer func() { _, err = step.Run(ctx, "clean up", done("C")) }()
		return step.Run(ctx, "work", done("W"))
	})
	work := ops(t, h.call(t, callOf{sign: signingKey}))
	if len(work) != 1 || work[0].ID != wire.HashStepID("work", 0) || strings.Contains(h.log.String(), "NestedStep") {
		t.Fatalf("the first call reports %+v and logs:\n%s", work, h.log)
	}
	clean := ops(t, h.call(t, callOf{sign: signingKey, steps: map[string]string{"work": `{"data":"W"}`}}))
	if len(clean) != 1 || clean[0].ID != wire.HashStepID("clean up", 0) {
		t.Errorf("the second call reports %+v", clean)
	}
}

// A step's own code may defer too; that is nested, also while it panics.
func TestStepInADeferOfAStepIsNested(t *testing.T) {
	t.Parallel()
	h := guarded(t, func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "outer", func(ctx context.Context) (string, error) {
			defer func() { _, _ = step.Run(ctx, "inner", done("I")) }()
			panic("boom")
		})
	})
	wantFailure(t, h.call(t, callOf{sign: signingKey}), http.StatusInternalServerError, "NestedStep", true)
}

func TestNoStepGuardInEveryMode(t *testing.T) {
	t.Parallel()
	for _, config := range []inngestkit.Config{
		{Mode: inngestkit.ModeDev, NoStepGuard: true},
		{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key", NoStepGuard: true},
	} {
		h := newHook(t, config, fn(func(ctx context.Context, _ input) (any, error) {
			return step.Run(ctx, "outer", func(ctx context.Context) (string, error) { return step.Run(ctx, "inner", done("I")) })
		}))
		if got := ops(t, h.call(t, callOf{sign: config.SigningKey})); len(got) != 1 {
			t.Errorf("in mode %s a nested step reports %+v, want the SDK's own answer", config.Mode, got)
		}
	}
}
