package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestParallel(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	var ran []string
	run := func(ctx context.Context, id string) (string, error) {
		return step.Run(ctx, id, func(context.Context) (string, error) {
			ran = append(ran, id)
			if id == "flaky" && len(ran) < 4 {
				return "", errors.New("not yet")
			}
			return id, nil
		})
	}
	k.on("fan", func(ctx context.Context, _ input) (any, error) {
		results := group.Parallel(ctx,
			func(ctx context.Context) (any, error) {
				if _, err := run(ctx, "a1"); err != nil {
					return nil, err
				}
				return run(ctx, "a2")
			},
			func(ctx context.Context) (any, error) { return run(ctx, "flaky") },
			func(ctx context.Context) (any, error) { step.Sleep(ctx, "nap", time.Hour); return "nap", nil },
		)
		if err := results.AnyError(); err != nil {
			return nil, err
		}
		last, err := run(ctx, "last")
		return fmt.Sprint(results[0].Value, results[1].Value, results[2].Value, last), err
	})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `"a2flakynaplast"`)
	wantRan := []string{"a1", "flaky", "flaky", "flaky", "a2", "last"}
	if diff := cmp.Diff(wantRan, ran); diff != "" {
		t.Errorf("steps that ran (-want +got):\n%s", diff)
	}
	if got := r.Ended.Sub(start); got != time.Hour {
		t.Errorf("the run took %v, want as long as its longest branch", got)
	}
	// The calls are: discover, a1, three times flaky, discover, a2, discover, last,
	// discover.
	if r.Calls != 10 {
		t.Errorf("%d calls, want 10: a group is discovered once, after its last step", r.Calls)
	}
}

func TestParallelBranchFails(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("fan", func(ctx context.Context, _ input) (any, error) {
		results := group.Parallel(ctx,
			func(ctx context.Context) (any, error) {
				return step.Run(ctx, "ok", func(context.Context) (int, error) { return 1, nil })
			},
			func(ctx context.Context) (any, error) {
				return step.Run(ctx, "bad", func(context.Context) (int, error) { return 0, errors.New("never") })
			},
		)
		return fmt.Sprint(results[0].Value, results[1].Error), nil
	})
	k.sync()
	want(t, k.play(`{}`), `"1 never"`)
}

// TestRace checks that in race mode a call follows the end of each step, and that a run
// may complete while steps are open. The TypeScript SDK writes "race", and the Go SDK
// "Race".
func TestRace(t *testing.T) {
	t.Parallel()
	var asked []string
	k := newRaw(t, func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Query().Get("stepId")
		asked = append(asked, id)
		switch {
		case id != wire.StepAny:
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprintf(w, `[{"id":%q,"op":"StepRun","data":1}]`, id)
		case len(asked) == 1:
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `[{"id":"nap","op":"Sleep","opts":{"duration":"1h","parallelMode":"race"}},
				{"id":"quick","op":"StepPlanned","opts":{"parallelMode":"Race"}}]`)
		default:
			_, _ = io.WriteString(w, `"won"`)
		}
	})
	r := k.play(`{}`)
	want(t, r, `"won"`)
	if diff := cmp.Diff([]string{"step", "quick", "step"}, asked); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if at, ok := k.Next(); ok {
		t.Errorf("something is still due at %v, after the run", at)
	}
}

// TestRaceDuringCall checks that a step which ends during a discovery call leads to one
// more such call, and not to two.
func TestRaceDuringCall(t *testing.T) {
	t.Parallel()
	const nap = `{"id":"nap","op":"Sleep","opts":{"duration":"1h","parallelMode":"race"}}`
	var k *kit
	discoveries := 0
	k = newRaw(t, func(w http.ResponseWriter, r *http.Request) {
		if id := r.URL.Query().Get("stepId"); id != wire.StepAny {
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprintf(w, `[{"id":%q,"op":"StepRun","data":1}]`, id)
			return
		}
		discoveries++
		if discoveries < 4 {
			w.WriteHeader(http.StatusPartialContent)
		}
		switch discoveries {
		case 1:
			_, _ = io.WriteString(w, `[`+nap+`,{"id":"quick","op":"StepPlanned","opts":{"parallelMode":"race"}}]`)
		case 2:
			k.clock.Advance(time.Hour)
			_, _ = io.WriteString(w, `[`+nap+`]`) // open, as in the call
		case 3:
			_, _ = io.WriteString(w, `[{"id":"last","op":"Sleep","opts":{"duration":"1h"}}]`)
		default:
			_, _ = io.WriteString(w, `"done"`)
		}
	})
	r := k.play(`{}`)
	want(t, r, `"done"`)
	if got := r.Ended.Sub(start); got != 2*time.Hour {
		t.Errorf("the run ended after %v, want the 2h of its two sleeps: nothing is due before", got)
	}
}

// TestRaceDuringFailedCall checks that a step which ends during a failing call leads to
// no further call: the retry carries the step's result.
func TestRaceDuringFailedCall(t *testing.T) {
	t.Parallel()
	const nap = `{"id":"nap","op":"Sleep","opts":{"duration":"1h","parallelMode":"race"}}`
	var k *kit
	discoveries := 0
	k = newRaw(t, func(w http.ResponseWriter, r *http.Request) {
		if id := r.URL.Query().Get("stepId"); id != wire.StepAny {
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprintf(w, `[{"id":%q,"op":"StepRun","data":1}]`, id)
			return
		}
		switch discoveries++; discoveries {
		case 1:
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `[`+nap+`,{"id":"quick","op":"StepPlanned","opts":{"parallelMode":"race"}}]`)
		case 2:
			k.clock.Advance(time.Hour) // the nap ends
			w.WriteHeader(http.StatusInternalServerError)
		case 3:
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `[{"id":"last","op":"Sleep","opts":{"duration":"1h"}}]`)
		default:
			_, _ = io.WriteString(w, `"done"`)
		}
	})
	r := k.play(`{}`)
	want(t, r, `"done"`)
	if got := r.Ended.Sub(start); got != 2*time.Hour+engine.DefaultBackoff(1) {
		t.Errorf("the run ended after %v, want the 2h of its two sleeps and the backoff: nothing is due before", got)
	}
}

// TestTargetMissing checks that the engine retries the call of a step that the app does
// not find again, and does not treat the step as done.
func TestTargetMissing(t *testing.T) {
	t.Parallel()
	k := newRaw(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusPartialContent)
		if r.URL.Query().Get("stepId") == wire.StepAny {
			_, _ = io.WriteString(w, `[{"id":"a","op":"StepPlanned"}]`)
			return
		}
		_, _ = io.WriteString(w, `[{"id":"b","op":"StepPlanned"}]`)
	})
	wantFailed(t, k.play(`{}`), "NoProgress")
}

func TestSameStepIDInALoop(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ran := 0
	k.on("loop", func(ctx context.Context, _ input) (any, error) {
		for range 4 {
			if _, err := step.Run(ctx, "again", func(context.Context) (int, error) { ran++; return ran, nil }); err != nil {
				return nil, err
			}
			step.Sleep(ctx, "pause", time.Minute)
		}
		return ran, nil
	})
	k.sync()
	r := k.play(`{}`)
	want(t, r, `4`)
	if len(r.Steps) != 8 || r.Ended.Sub(start) != 4*time.Minute {
		t.Errorf("%d steps in %v, want 8 in 4m", len(r.Steps), r.Ended.Sub(start))
	}
}
