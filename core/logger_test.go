package inngestkit_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// logging logs before, in, between and after two steps.
func logging(ctx context.Context, _ input) (any, error) {
	early := inngestkit.Logger(ctx).With("early", true).WithGroup("g")
	early.Info("before a", "n", 1)
	_, _ = step.Run(ctx, "a", func(ctx context.Context) (any, error) {
		inngestkit.Logger(ctx).Info("in a")
		return "done", nil
	})
	inngestkit.Logger(ctx).With("late", true).Info("between")
	_, _ = step.Run(ctx, "b", func(ctx context.Context) (any, error) {
		early.Info("in b", "n", 2)
		return "done", nil
	})
	inngestkit.Logger(ctx).Info("after b")
	return "done", nil
}

func TestLoggerIsSilentInReplay(t *testing.T) {
	t.Parallel()
	a, b := map[string]string{"a": `{"data":null}`}, map[string]string{"a": `{"data":null}`, "b": `{"data":null}`}
	var counts []string
	h := newHook(t, inngestkit.Config{}, fn(logging))
	for _, steps := range []map[string]string{nil, a, b} {
		h.log.Reset()
		h.call(t, callOf{steps: steps, ctx: map[string]any{"attempt": 1}})
		var heard []string
		for line := range strings.Lines(h.log.String()) {
			_, text, _ := strings.Cut(line, "msg=")
			heard = append(heard, strings.TrimSpace(text))
			if !strings.Contains(line, "app=shop function=fn run=run-1 attempt=1") {
				t.Errorf("an attribute is missing in %s", line)
			}
		}
		counts = append(counts, strings.Join(heard, "\n"))
	}
	for i, want := range [][]string{{`"before a"`, `"in a"`}, {`between`, `"in b"`}, {`"after b"`}} {
		got := strings.Split(counts[i], "\n")
		if len(got) != len(want) {
			t.Errorf("call %d logged %q, want %q", i, got, want)
			continue
		}
		for j := range want {
			if !strings.HasPrefix(got[j], want[j]) {
				t.Errorf("call %d logged %q, want %q", i, got, want)
			}
		}
	}
	if !strings.Contains(counts[1], "early=true g.n=2") || !strings.Contains(counts[1], "late=true") {
		t.Errorf("derived loggers lost their attributes: %s", counts[1])
	}
}

func TestLoggerOutsideFunctions(t *testing.T) {
	t.Parallel()
	if inngestkit.Logger(t.Context()) != slog.Default() {
		t.Error("it is not slog.Default()")
	}
}
