package inngestkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type account struct {
	AccountID string
	Plan      *string `json:"plan"`
}

// accountFlow is written for the SDK alone; it uses a tool of each kind.
func accountFlow(ctx context.Context, in inngestgo.Input[account]) (any, error) {
	step.Sleep(ctx, "initial-delay", time.Second)
	owner, err := step.Run(ctx, "load owner", func(context.Context) (string, error) { return "owner of " + in.Event.Data.AccountID, nil })
	if err != nil {
		return nil, err
	}
	both := group.Parallel(ctx,
		func(ctx context.Context) (any, error) {
			return step.Run(ctx, "left", func(context.Context) (string, error) { return "l", nil })
		},
		func(ctx context.Context) (any, error) {
			return step.Run(ctx, "right", func(context.Context) (string, error) { return "", errors.New("not today") })
		},
	)
	if err := both.AnyError(); err != nil {
		return nil, err
	}
	_, err = step.WaitForEvent[inngestgo.Event](ctx, "activity", step.WaitForEventOpts{Event: "api/function.created", Timeout: time.Hour})
	if errors.Is(err, step.ErrEventNotReceived) {
		return step.Invoke[string](ctx, "follow up", step.InvokeOpts{FunctionId: "shop-other", Data: map[string]any{"owner": owner}})
	}
	return []any{owner, len(in.Events), in.InputCtx.RunID, in.InputCtx.Attempt}, err
}

// TestFunctionsMoveOverUnchanged registers one function with the SDK alone,
// with NewFunction and with Adopt, and makes the same calls of all three.
func TestFunctionsMoveOverUnchanged(t *testing.T) {
	t.Parallel()
	opts := inngestgo.FunctionOpts{ID: "fn", Retries: new(5)}
	trigger := inngestgo.EventTrigger("api/account.created", nil)
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: new(true), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	created, err := inngestgo.CreateFunction(client, opts, trigger, accountFlow)
	if err != nil {
		t.Fatal(err)
	}
	plain := &hook{handler: client.Serve()}
	ours := map[string]*hook{
		"NewFunction": newHook(t, inngestkit.Config{}, inngestkit.NewFunction(opts, trigger, accountFlow)),
		"Adopt":       newHook(t, inngestkit.Config{}, inngestkit.Adopt(created)),
	}

	slept := map[string]string{"initial-delay": "null"}
	owned := andStep(slept, "load owner", `{"data":"o"}`)
	joined := andStep(andStep(owned, "left", `{"data":"l"}`), "right", `{"data":"r"}`)
	for name, c := range map[string]callOf{
		"first":               {},
		"after the sleep":     {steps: slept},
		"parallel":            {steps: owned},
		"targeted":            {steps: owned, target: "left", ctx: map[string]any{"step_id": "left"}},
		"targeted, failing":   {steps: owned, target: "right"},
		"last attempt":        {steps: owned, target: "right", ctx: map[string]any{"attempt": 3, "max_attempts": 4}},
		"plan first":          {steps: slept, ctx: map[string]any{"disable_immediate_execution": true}},
		"a failed step":       {steps: andStep(andStep(owned, "left", `{"data":"l"}`), "right", `{"error":{"name":"E","message":"gone","data":""}}`)},
		"wait":                {steps: joined},
		"waited":              {steps: andStep(joined, "activity", `{"name":"api/function.created","data":{}}`), ctx: map[string]any{"attempt": 2}},
		"timed out":           {steps: andStep(joined, "activity", "null")},
		"invoked":             {steps: andStep(andStep(joined, "activity", "null"), "follow up", `{"data":"done"}`)},
		"invoked in vain":     {steps: andStep(andStep(joined, "activity", "null"), "follow up", `{"error":{"message":"sorry"}}`)},
		"a batch":             {steps: andStep(joined, "activity", `{"name":"x"}`), events: []string{accountCreated, accountCreated}},
		"a result of no type": {steps: andStep(slept, "load owner", `{"data":{}}`)},
	} {
		c.event = accountCreated
		want := answerOf(t, plain.call(t, c))
		for how, h := range ours {
			if diff := cmp.Diff(want, answerOf(t, h.call(t, c)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, by %s (-SDK alone +inngestkit):\n%s", name, how, diff)
			}
		}
	}
}

const accountCreated = `{"id":"e1","name":"api/account.created","data":{"AccountID":"a1","plan":null},"user":{"external_id":7},"ts":1700000000000,"v":"2"}`

func andStep(steps map[string]string, id, result string) map[string]string {
	all := map[string]string{id: result}
	maps.Copy(all, steps)
	return all
}

// sdkAnswer is what Inngest makes of an answer.
type sdkAnswer struct {
	Status           int
	NoRetry, RetryAt string
	Message          string
	Body             any
}

func answerOf(t *testing.T, w *httptest.ResponseRecorder) sdkAnswer {
	t.Helper()
	a := sdkAnswer{Status: w.Code, NoRetry: w.Header().Get("X-Inngest-No-Retry"), RetryAt: w.Header().Get("Retry-After")}
	if a.NoRetry == "false" {
		a.NoRetry = "" // the SDK leaves out what we say
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a.Body); err != nil {
		t.Fatal(err)
	}
	if list, ok := a.Body.([]any); ok && w.Code == http.StatusPartialContent {
		for _, op := range list {
			delete(op.(map[string]any), "timing")
		}
	}
	if body, ok := a.Body.(map[string]any); ok && w.Code >= http.StatusBadRequest {
		a.Message, _ = body["message"].(string) // we add a name
		a.Body = nil
	}
	return a
}
