package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestPlainFunction(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("hello", func(_ context.Context, in input) (any, error) {
		return in.Event.Data, nil
	})
	k.sync()
	r := k.play(`{"x":1}`)
	want(t, r, `{"x":1}`)
	if r.FunctionID != "shop-hello" || r.Calls != 1 || len(r.Steps) != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestStepsRunOnce(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	var ran []string
	k.on("three", func(ctx context.Context, _ input) (any, error) {
		sum := 0
		for _, id := range []string{"a", "b", "c"} {
			n, err := step.Run(ctx, id, func(context.Context) (int, error) {
				ran = append(ran, id)
				return len(ran), nil
			})
			if err != nil {
				return nil, err
			}
			sum += n
		}
		return sum, nil
	})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `6`)
	if diff := cmp.Diff([]string{"a", "b", "c"}, ran); diff != "" {
		t.Errorf("steps that ran (-want +got):\n%s", diff)
	}
	if r.Calls != 4 || len(r.Steps) != 3 || string(r.Steps[2].Result) != `{"data":3}` || r.Steps[2].Name != "c" {
		t.Errorf("got %+v", r)
	}
}

func TestSleep(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("nap", func(ctx context.Context, _ input) (any, error) {
		step.Sleep(ctx, "three-days", 72*time.Hour+time.Millisecond)
		return "up", nil
	})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `"up"`)
	if got := r.Ended.Sub(start); got != 72*time.Hour+time.Millisecond {
		t.Errorf("the run took %v of virtual time", got)
	}
}

func TestStepRetried(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	tries := 0
	k.on("flaky", func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "s", func(context.Context) (string, error) {
			if tries++; tries < 3 {
				return "", errors.New("not yet")
			}
			return "ok", nil
		})
	})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `"ok"`)
	if got, want := r.Ended.Sub(start), engine.DefaultBackoff(1)+engine.DefaultBackoff(2); got != want {
		t.Errorf("the retries took %v, want %v", got, want)
	}
	if s := r.Steps[0]; s.Attempts != 3 || s.Error.Message != "not yet" {
		t.Errorf("got %+v", s)
	}
}
