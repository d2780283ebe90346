package inngestkit_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// takes is a function that takes steps in the order given.
func takes(ids ...string) inngestgo.SDKFunction[map[string]any] {
	return func(ctx context.Context, _ input) (any, error) {
		for _, id := range ids {
			if _, err := step.Run(ctx, id, done(id)); err != nil {
				return nil, err
			}
		}
		return "done", nil
	}
}

func TestStepsInAnotherOrderAreWarnedAbout(t *testing.T) {
	t.Parallel()
	hash := func(id string) string { return wire.HashStepID(id, 0) }
	for name, c := range map[string]struct {
		finished []string
		code     []string
		ctx      map[string]any
		warns    []string // steps that the warning names; none means no warning
	}{
		"the same order":      {finished: []string{"a", "b"}, code: []string{"a", "b", "c"}},
		"none finished":       {code: []string{"a"}},
		"another order":       {finished: []string{"a", "b"}, code: []string{"b", "a", "c"}, warns: []string{hash("a"), hash("b")}},
		"the last first":      {finished: []string{"a", "b", "c"}, code: []string{"c", "a", "b"}, warns: []string{hash("b"), hash("c")}},
		"a new one between":   {finished: []string{"a", "b"}, code: []string{"a", "x", "b"}, warns: []string{"x (" + hash("x"), hash("b")}},
		"one renamed":         {finished: []string{"a", "b"}, code: []string{"a", "b2", "c"}, warns: []string{"b2 (" + hash("b2"), hash("b")}},
		"one gone at the end": {finished: []string{"a", "b"}, code: []string{"a"}, warns: []string{"the function's end", hash("b")}},
		"parallel steps":      {finished: []string{"a", "b"}, code: []string{"b", "a", "c"}, ctx: map[string]any{"disable_immediate_execution": true}},
		"an unknown one":      {finished: []string{"a"}, code: []string{"a", "b"}, ctx: map[string]any{"stack": map[string]any{"stack": []string{"?", hash("a")}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call := callOf{steps: map[string]string{}, ctx: map[string]any{}}
			var stack []string
			for _, id := range c.finished {
				call.steps[id] = fmt.Sprintf(`{"data":%q}`, id)
				stack = append(stack, hash(id))
			}
			call.ctx["stack"] = wire.CallStack{Stack: stack, Current: len(stack)}
			maps.Copy(call.ctx, c.ctx)
			h := newHook(t, inngestkit.Config{}, fn(takes(c.code...)))
			for range 3 {
				if w := h.call(t, call); w.Code != http.StatusOK && w.Code != http.StatusPartialContent {
					t.Fatalf("answered %d %s", w.Code, w.Body)
				}
			}
			log := h.log.String()
			want := min(1, len(c.warns))
			if n := strings.Count(log, "another order"); n != want {
				t.Errorf("it was warned %d times in three calls of a run, want %d:\n%s", n, want, log)
			}
			for _, word := range c.warns {
				if !strings.Contains(log, word) {
					t.Errorf("the warning does not name %s:\n%s", word, log)
				}
			}
		})
	}
}

// Branches finish in any order, which is no other order. The embedded server
// says for good that a run has parallel steps, the official one only while they
// run: later calls look like those of a sequence.
func TestParallelStepsAreNotWarnedAbout(t *testing.T) {
	t.Parallel()
	hash := func(id string) string { return wire.HashStepID(id, 0) }
	branch := func(ids ...string) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) { return takes(ids...)(ctx, input{}) }
	}
	call := callOf{steps: map[string]string{}, ctx: map[string]any{
		"stack": wire.CallStack{Stack: []string{hash("first"), hash("quick"), hash("after"), hash("slow")}}, // as in a race
	}}
	for _, id := range []string{"first", "quick", "after", "slow"} {
		call.steps[id] = fmt.Sprintf(`{"data":%q}`, id)
	}
	for mode, c := range map[string]inngestkit.Config{
		"dev":   {Mode: inngestkit.ModeDev},
		"cloud": {Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key"},
	} {
		h := newHook(t, c, fn(func(ctx context.Context, _ input) (any, error) {
			if _, err := step.Run(ctx, "first", done("")); err != nil {
				return nil, err
			}
			group.Parallel(ctx, branch("slow"), branch("quick"))
			return takes("after", "last")(ctx, input{})
		}))
		call.sign = c.SigningKey
		for range 3 {
			if got := ops(t, h.call(t, call)); got[0].ID != hash("last") {
				t.Errorf("%s: reported %+v", mode, got)
			}
		}
		if strings.Contains(h.log.String(), "another order") {
			t.Errorf("%s: the log is\n%s", mode, h.log)
		}
	}
}

// Without the guard a run's steps are looked at closely at the second call.
func TestAnotherOrderInCloudMode(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key", NoStepGuard: true}, fn(takes("b", "a", "c")))
	call := callOf{sign: signingKey, steps: map[string]string{"a": `{"data":""}`, "b": `{"data":""}`}, ctx: map[string]any{
		"stack": wire.CallStack{Stack: []string{wire.HashStepID("a", 0), wire.HashStepID("b", 0)}},
	}}
	for i := range 4 {
		h.call(t, call)
		if n := strings.Count(h.log.String(), "another order"); n != min(i, 1) {
			t.Errorf("after %d calls it was warned %d times", i+1, n)
		}
	}
}
