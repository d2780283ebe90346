package inngestkit_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestWaitsThatCannotBe(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]string{
		0:                     "no event could come in time",
		-time.Hour:            "no event could come in time",
		367 * 24 * time.Hour:  "at most 366 days",
		366 * 24 * time.Hour:  "",
		100 * time.Nanosecond: "",
	} {
		h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
			_, err := orderCreated.Wait(ctx, "wait", timeout)
			return nil, err
		}))
		w := h.call(t, callOf{})
		if want == "" {
			ops(t, w)
			continue
		}
		if e := wantFailure(t, w, http.StatusInternalServerError, "Error", false); !strings.Contains(e.Message, want) || !strings.Contains(e.Message, `"wait"`) {
			t.Errorf("a timeout of %s: %q", timeout, e.Message)
		}
	}
}

func TestSchedulesThatAreNotAsWritten(t *testing.T) {
	t.Parallel()
	for schedule, want := range map[string]string{
		"0 8 31 2 *":      "never fires",
		"0 8 30 2 *":      "never fires",
		"*/90 * * * *":    "step 90 of the minute",
		"0 */24 * * *":    "step 24 of the hour",
		"0 8 29 2 *":      "",
		"*/59 */23 * * *": "",
		"0 8 31 1,2 *":    "",
	} {
		err := newHook(t, inngestkit.Config{}).app.Register(inngestkit.NewFunction(opts("fn"), inngestkit.Cron(schedule), one))
		switch {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %q", schedule, err, want)
		}
	}
}

func TestWaitOutsideAFunction(t *testing.T) {
	t.Parallel()
	if _, err := orderCreated.Wait(t.Context(), "wait", time.Hour); err == nil || !strings.Contains(err.Error(), "call EventType.Wait in a function") {
		t.Errorf("got %v", err)
	}
}
