package engine_test

import (
	"context"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// TestSearchReadsEscapes checks that a search finds unescaped text in payloads and
// outputs that contain escapes.
func TestSearchReadsEscapes(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("fn", func(context.Context, input) (any, error) { return "https://shop.example/?a=1&b=<2>", nil })
	k.sync()
	k.play(`{"text":"Gr\u00fc\u00dfe \ud83c\udf89 \"quoted\" a\/b c\\d line\nbreak \ud83c \u0041"}`)
	for _, text := range []string{"grüße", "🎉", `"quoted"`, `\"quoted\"`, "a/b", `c\d`, "line break", "grüsse", `\u00fc`, " a\""} {
		want := 1
		if text == "grüsse" {
			want = 0
		}
		if runs, events := k.Runs(engine.RunQuery{Search: text}).Runs, k.Events(engine.EventQuery{Search: text}).Events; len(runs) != want || len(events) != want {
			t.Errorf("%s: got %d runs and %d events, want %d", text, len(runs), len(events), want)
		}
	}
	if runs := k.Runs(engine.RunQuery{Search: "?a=1&b=<2>"}).Runs; len(runs) != 1 {
		t.Errorf("got %d runs by their output, want 1", len(runs))
	}
}
