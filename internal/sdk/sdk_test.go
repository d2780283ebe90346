package sdk

import (
	stdcmp "cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// These tests check that inngestgo behaves as this package and settle.go assume.
// One that fails after an upgrade names the assumption to look at.

func TestSDKVersionIsTheTestedOne(t *testing.T) {
	t.Parallel()
	if Version() != Tested {
		t.Errorf("inngestgo is %s and Tested %s: read its changes, run these tests, then raise Tested", Version(), Tested)
	}
}

func TestSDKValuesAreObserved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		value any
		want  string
	}{
		{"interruption", interruption, "sdkrequest.ControlHijack"},
		{"senderKey", senderKey, "internal.eventSenderCtxKeyType"},
		{"middlewareKey", middlewareKey, "internal.middlewareManagerCtxKeyType"},
		{"stepKey", stepKey, "step.ctxKey"},
		{"stateKey", stateKey, "sdkrequest.requestCtxKeyType"},
	} {
		if got := fmt.Sprint(reflect.TypeOf(c.value)); got != c.want {
			t.Errorf("%s is a %s, want %s", c.what, got, c.want)
		}
	}
}

// plain is a client of the SDK alone with one function.
func plain(t *testing.T, fn inngestgo.SDKFunction[Data]) http.Handler {
	t.Helper()
	h, err := serve(offline("shop"), inngestgo.FunctionOpts{ID: "fn"}, inngestgo.EventTrigger("e", nil), fn)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func plainCall(ctx context.Context, t *testing.T, h http.Handler, query, steps string) *Recorder {
	t.Helper()
	body := `{"event":{"name":"e","data":{}},"events":[],"steps":` + steps + `,"ctx":{"fn_id":"00000000-0000-0000-0000-000000000000"}}`
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "/?fnId=shop-fn&"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	rec := &Recorder{}
	h.ServeHTTP(rec, req)
	return rec
}

func oneStep(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
	return step.Run(ctx, "a", func(context.Context) (string, error) { return "ran", nil })
}

func TestSDKAnswersNullForWorkThatDidNotHappen(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx   context.Context
		query string
	}{
		"the context ended before a step": {ended, "stepId=step"},
		"the target is not met":           {t.Context(), "stepId=" + wire.HashStepID("gone", 0)},
	} {
		rec := plainCall(c.ctx, t, plain(t, oneStep), c.query, "{}")
		if got := strings.TrimSpace(rec.Body.String()); rec.Status != http.StatusOK || got != "null" {
			t.Errorf("%s: the SDK answers %d %s; settle.go was written for 200 null", name, rec.Status, got)
		}
	}
}

func TestSDKCancelsItsContextWhenItInterrupts(t *testing.T) {
	t.Parallel()
	var after error
	h := plain(t, func(ctx context.Context, in inngestgo.Input[Data]) (any, error) {
		defer func() { after = ctx.Err(); panic(recover()) }()
		return oneStep(ctx, in)
	})
	if rec := plainCall(t.Context(), t, h, "stepId=step", "{}"); rec.Status != http.StatusPartialContent {
		t.Errorf("status %d, want 206", rec.Status)
	}
	if after == nil {
		t.Error("the context lives on after an interruption; host.go tells a swallowed one by its end")
	}
}

func TestSDKStepsSendThroughTheSenderInContext(t *testing.T) {
	t.Parallel()
	sent := &sdkTestSender{}
	ctx := context.WithValue(t.Context(), senderKey, sent)
	if _, err := step.Send(ctx, "s", inngestgo.Event{Name: "e"}); err != nil {
		t.Fatal(err)
	}
	if _, err := step.SendMany(ctx, "m", []inngestgo.Event{{Name: "e"}, {Name: "f"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 2}, sent.sizes); diff != "" {
		t.Errorf("sizes of sends (-want +got):\n%s", diff)
	}
}

type sdkTestSender struct{ sizes []int }

func (s *sdkTestSender) Send(context.Context, any) (string, error) {
	s.sizes = append(s.sizes, 1)
	return "id", nil
}

func (s *sdkTestSender) SendMany(_ context.Context, events []any) ([]string, error) {
	s.sizes = append(s.sizes, len(events))
	return make([]string, len(events)), nil
}

func TestConfigurationIsTheSDKs(t *testing.T) {
	t.Parallel()
	config, err := Client{AppID: "shop"}.Config(Function{
		Opts:    inngestgo.FunctionOpts{ID: "fn", Name: "Fn", Retries: new(7), Singleton: &inngestgo.ConfigSingleton{Mode: 1}},
		Trigger: inngestgo.EventTrigger("e", nil),
		Run:     func(context.Context, inngestgo.Input[Data]) (any, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal([]byte(`{
		"id": "shop-fn", "name": "Fn", "retries": 7, "Singleton": {"mode": "cancel"},
		"triggers": [{"event": "e"}],
		"steps": {"step": {"id": "step", "name": "Fn", "retries": {"attempts": 7},
			"runtime": {"url": "http://app.invalid/?fnId=shop-fn&step=step"}}}
	}`), &want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

// TestSDKFaults shows the SDK alone with the faults of docs/reliability.md. A test
// that fails means that the SDK has fixed one: see whether the correction here
// is still needed.
func TestSDKFaults(t *testing.T) {
	t.Parallel()
	type input = inngestgo.Input[Data]
	a := wire.HashStepID("a", 0)
	for name, c := range map[string]struct {
		handler inngestgo.SDKFunction[Data]
		query   string
		steps   string
		status  int
		body    string // part of the answer
	}{
		"a stored error without data fails the call": {
			handler: func(ctx context.Context, in input) (any, error) {
				_, err := oneStep(ctx, in)
				return err != nil, nil
			}, steps: `{"` + a + `":{"error":{"name":"E","message":"m"}}}`, status: http.StatusInternalServerError, body: "unexpected end of JSON input",
		},
		"a call for a step that is stored is answered null": {
			handler: func(ctx context.Context, in input) (any, error) {
				if _, err := oneStep(ctx, in); err != nil {
					return nil, err
				}
				return step.Run(ctx, "b", func(context.Context) (any, error) { return "B", nil })
			}, query: "stepId=" + a, steps: `{"` + a + `":{"data":"A"}}`, status: http.StatusOK, body: "null",
		},
		"a nested step is reported for the outer one": {
			handler: func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "outer", func(ctx context.Context) (any, error) { return oneStep(ctx, input{}) })
			}, status: http.StatusPartialContent, body: a,
		},
		"a step's panic that is recovered from is forgotten": {
			handler: func(ctx context.Context, _ input) (out any, _ error) {
				defer func() { _ = recover(); out = "fine" }()
				return step.Run(ctx, "a", func(context.Context) (any, error) { panic("boom") })
			}, status: http.StatusOK, body: `"fine"`,
		},
		"a swallowed interruption of a branch fails the call": {
			handler: func(ctx context.Context, in input) (any, error) {
				results := group.Parallel(ctx, func(ctx context.Context) (_ any, err error) {
					defer func() {
						if recover() != nil {
							err = errors.New("recovered")
						}
					}()
					return oneStep(ctx, in)
				})
				return nil, results.AnyError()
			}, status: http.StatusInternalServerError, body: "recovered",
		},
		"steps in another order are not noticed": {
			handler: func(ctx context.Context, in input) (any, error) {
				_, _ = step.Run(ctx, "new", func(context.Context) (any, error) { return "new", nil })
				return oneStep(ctx, in)
			}, steps: `{"` + a + `":{"data":"A"}}`, status: http.StatusPartialContent, body: "new",
		},
		"a state that was not sent is taken for none": {
			handler: oneStep, steps: `{},"use_api":true`, status: http.StatusPartialContent, body: `"ran"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := plainCall(t.Context(), t, plain(t, c.handler), c.query, stdcmp.Or(c.steps, "{}"))
			if got := rec.Body.String(); stdcmp.Or(rec.Status, http.StatusOK) != c.status || !strings.Contains(got, c.body) {
				t.Errorf("the SDK answers %d %s, where it answered %d with %s", rec.Status, got, c.status, c.body)
			}
		})
	}
}
