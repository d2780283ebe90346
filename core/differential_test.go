package inngestkit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/middleware"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// differentialData is event data with a field of each kind.
type differentialData struct {
	Text   string          `json:"text"`
	Number int64           `json:"number"`
	Ratio  float64         `json:"ratio"`
	On     *bool           `json:"on"`
	List   []string        `json:"list"`
	Any    any             `json:"any"`
	Raw    json.RawMessage `json:"plain"`
}

// sides are one function twice: with the SDK alone, and here.
func sides[T any](t testing.TB, handler inngestgo.SDKFunction[T], c inngestkit.Config) (plain, ours *hook) {
	t.Helper()
	opts, trigger := inngestgo.FunctionOpts{ID: "fn"}, inngestgo.EventTrigger("test/started", nil)
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{
		AppID: "shop", Dev: new(true), Logger: slog.New(slog.DiscardHandler), Middleware: c.SDKMiddleware,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inngestgo.CreateFunction(client, opts, trigger, handler); err != nil {
		t.Fatal(err)
	}
	c.Logger = slog.New(slog.DiscardHandler)
	return &hook{handler: client.Serve()}, newHook(t, c, inngestkit.NewFunction(opts, trigger, handler))
}

// TestSameResultsAsTheSDKAlone makes thousands of generated calls of both.
// The generator, or alike, leaves out the differences on purpose, which other
// tests show:
//
//   - errors have a name, and say whether they are retried (settle_test.go);
//   - a panic's stack is not in its message (settle_test.go);
//   - a step that was planned and is not met is no success (settle_test.go);
//   - integers above 2^53 keep their value (TestLargeIntegersKeepTheirValue);
//   - data that breaks rules or does not fit its type is refused by field (shell_test.go).
func TestSameResultsAsTheSDKAlone(t *testing.T) {
	t.Parallel()
	t.Run("untyped", func(t *testing.T) { t.Parallel(); compare[map[string]any](t, 1, inngestkit.Config{}) })
	t.Run("typed", func(t *testing.T) { t.Parallel(); compare[differentialData](t, 2, inngestkit.Config{}) })
	t.Run("with SDK middleware", func(t *testing.T) {
		t.Parallel()
		compare[map[string]any](t, 3, inngestkit.Config{SDKMiddleware: []func() middleware.Middleware{func() middleware.Middleware { return &rewrite{} }}})
	})
}

// calls returns how many calls are made of each kind of function.
func calls() int {
	if testing.Short() {
		return 100
	}
	return 1000
}

func compare[T any](t *testing.T, seed uint64, c inngestkit.Config) {
	t.Helper()
	plain, ours := sides(t, interpret[T], c)
	g := generator{rand.New(rand.NewPCG(seed, seed))}
	for i := range calls() {
		run, p := fmt.Sprint(t.Name(), i), g.program()
		programs.Store(run, p)
		call := g.call(run, p)
		want, got := plain.call(t, call), ours.call(t, call)
		if call.target != "" && want.Code == http.StatusOK {
			wantFailure(t, got, http.StatusInternalServerError, "StepNotFound", true)
			continue
		}
		plainly, here := alike(t, want), alike(t, got)
		if !reflect.DeepEqual(plainly, here) {
			t.Fatalf("call %d: %+v of %+v (-SDK alone +inngestkit):\n%s", i, call, p, cmp.Diff(plainly, here))
		}
	}
}

// alike takes the stack out of a panic's message.
func alike(t *testing.T, w *httptest.ResponseRecorder) sdkAnswer {
	t.Helper()
	a := answerOf(t, w)
	a.Message, _, _ = strings.Cut(strings.TrimPrefix(a.Message, "the "), ".  stack:")
	return a
}

func TestLargeIntegersKeepTheirValue(t *testing.T) {
	t.Parallel()
	plain, ours := sides(t, func(_ context.Context, in inngestgo.Input[differentialData]) (any, error) {
		return in.Event.Data.Number, nil
	}, inngestkit.Config{})
	c := callOf{event: `{"name":"test/started","data":{"number":9007199254740993}}`}
	wantOutput(t, ours.call(t, c), "9007199254740993")
	wantOutput(t, plain.call(t, c), "9007199254740992")
}
