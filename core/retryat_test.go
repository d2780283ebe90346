package inngestkit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// TestRetryAtIsNeverEarly asks for a retry between two seconds: the header holds
// the later one.
func TestRetryAtIsNeverEarly(t *testing.T) {
	t.Parallel()
	whole := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct{ at, want time.Time }{
		{whole, whole},
		{whole.Add(time.Nanosecond), whole.Add(time.Second)},
		{whole.Add(999 * time.Millisecond), whole.Add(time.Second)},
	} {
		again := inngestgo.RetryAtError(errors.New("busy"), c.at)
		for name, handler := range map[string]inngestgo.SDKFunction[map[string]any]{
			"a step": func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "a", func(context.Context) (any, error) { return nil, again })
			},
			"the function": func(context.Context, input) (any, error) { return nil, again },
		} {
			header := newHook(t, inngestkit.Config{}, fn(handler)).call(t, callOf{}).Header().Get(wire.HeaderRetryAfter)
			if got, err := time.Parse(time.RFC3339, header); err != nil || !got.Equal(c.want) {
				t.Errorf("%s asks for %s, and Retry-After is %q", name, c.at, header)
			}
		}
	}
}
