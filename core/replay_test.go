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
		warns    []string // what the warning names; none means no warning
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

// Branches finish in any order, which is no other order.
func TestParallelStepsAreNotWarnedAbout(t *testing.T) {
	t.Parallel()
	s := newStory(t, onOrder("parallel", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		if _, err := step.Run(ctx, "first", done("")); err != nil {
			return nil, err
		}
		branch := func(ids ...string) func(context.Context) (any, error) {
			return func(ctx context.Context) (any, error) { return takes(ids...)(ctx, input{}) }
		}
		group.Parallel(ctx, branch("slow"), branch("quick", "quicker"))
		return step.Run(ctx, "last", done("L"))
	}))
	s.plays(orderCreated.New(anOrder), "Completed", `"L"`)
	if strings.Contains(s.log.String(), "another order") {
		t.Errorf("the log is\n%s", s.log)
	}
}
