package inngestkit_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/inngest/inngestgo/step"
	"github.com/oklog/ulid/v2"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// TestAppSenderInAStep retries a step three times: a service that has the app's
// sender injected sends the same id each time.
func TestAppSenderInAStep(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	var sender, plain inngestkit.Sender
	h := newSender(t, api, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "create", func(ctx context.Context) (any, error) {
			_, err := sender.Send(ctx, goodOrder)
			return nil, errors.Join(err, errors.New("flaky"))
		})
	}))
	sender, plain = h.app.Sender(), h.app.PlainSender()
	for range 3 {
		h.call(t, callOf{})
	}
	if got := sentIDs(api); len(got) != 3 || got[0] == "" || got[0] != got[1] || got[1] != got[2] {
		t.Errorf("three attempts sent the ids %q, want one id", got)
	}
	sender = plain
	h.call(t, callOf{})
	if got := sentIDs(api); got[3] != "" {
		t.Errorf("the plain sender derived the id %q", got[3])
	}
}

func TestAppSenderOutsideAStep(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	var app *inngestkit.App
	var err error
	h := newSender(t, api, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		_, err = app.Sender().Send(ctx, goodOrder)
		return nil, nil
	}))
	app = h.app
	h.call(t, callOf{})
	if !errors.Is(err, inngestkit.ErrOutsideStep) || len(api.sent) != 0 {
		t.Errorf("got %v, and %d requests", err, len(api.sent))
	}
}

func TestAppSenderInAKeyedRequest(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{})
	other := newSender(t, api, inngestkit.Config{AppID: "other"})
	for range 3 {
		r := httptest.NewRequest(http.MethodPost, "/orders", http.NoBody)
		r.Header.Set(inngestkit.DefaultIdempotencyHeader, "k")
		r, _ = adapter.OpenScope(h.app, r, adapter.WithIdempotencyKey(inngestkit.IdempotencyPolicy{}, func() string { return "ada" }))
		if _, err := h.app.Sender().Send(r.Context(), goodOrder); err != nil {
			t.Fatal(err)
		}
		if _, err := other.app.Sender().Send(r.Context(), goodOrder); err != nil {
			t.Fatal(err)
		}
	}
	got := sentIDs(api)
	if got[0] == "" || got[0] != got[2] || got[2] != got[4] {
		t.Errorf("the request's app sent %q, want one id", got)
	}
	if got[1] != "" || got[3] != "" {
		t.Errorf("another app's sender derived ids by this app's scope: %q", got)
	}
}

// A derived id is the one that the caller and the receiver see, and it parses.
func TestStepSendReturnsTheIDThatIsSent(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		return step.Send(ctx, "create", goodOrder)
	}))
	run := ulid.MustParse("01JAVA0000ABCDEFGHJKMNPQRS")
	reported := ops(t, h.call(t, callOf{ctx: map[string]any{"run_id": run.String()}}))
	sent := sentIDs(api)
	if len(sent) != 1 || string(reported[0].Data) != `"`+sent[0]+`"` {
		t.Fatalf("the step returned %s, and the event had the id %q", reported[0].Data, sent)
	}
	if id, err := ulid.ParseStrict(sent[0]); err != nil || id.Time() != run.Time() {
		t.Errorf("the id %q is no ULID with the run's time: %v", sent[0], err)
	}
}

func TestSendThatEndsWithItsRequest(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	r, _ := adapter.OpenScope(h.app, httptest.NewRequestWithContext(ctx, http.MethodPost, "/", http.NoBody))
	cancel()
	for name, send := range map[string]func() error{
		"Send":   func() error { _, err := inngestkit.Send(r.Context(), goodOrder); return err },
		"Sender": func() error { _, err := h.app.Sender().Send(r.Context(), goodOrder); return err },
	} {
		if err := send(); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "context.WithoutCancel(ctx)") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := inngestkit.Send(context.WithoutCancel(r.Context()), goodOrder); err != nil {
		t.Error(err)
	}
}

func TestTwoAppsInOneRequest(t *testing.T) {
	t.Parallel()
	outer, inner := &eventAPI{}, &eventAPI{}
	a, b := newSender(t, outer, inngestkit.Config{AppID: "a"}), newSender(t, inner, inngestkit.Config{AppID: "b"})
	for range 2 {
		r, _ := adapter.OpenScope(a.app, httptest.NewRequest(http.MethodPost, "/", http.NoBody))
		r, _ = adapter.OpenScope(b.app, r)
		if _, err := inngestkit.Send(r.Context(), goodOrder); err != nil {
			t.Fatal(err)
		}
	}
	if len(outer.sent) != 0 || len(inner.sent) != 2 {
		t.Errorf("%d events went out by the outer app and %d by the nearest", len(outer.sent), len(inner.sent))
	}
	if log := b.log.String(); strings.Count(log, "two apps") != 1 || !strings.Contains(log, "nearest=b") || !strings.Contains(log, "outer=a") {
		t.Errorf("the log is\n%s", log)
	}
}

// Errors that are the same at each retry end the run.
func TestReturnedTimeoutIsNotRetried(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		_, err := orderCreated.Wait(ctx, "wait", 1<<40)
		return nil, err
	}))
	w := h.call(t, callOf{steps: map[string]string{"wait": "null"}})
	if w.Code < 400 || w.Header().Get(wire.HeaderNoRetry) != "true" {
		t.Errorf("answered %d with no-retry %q: %s", w.Code, w.Header().Get(wire.HeaderNoRetry), w.Body)
	}
}

func TestEventsOfOneStepHaveTheirOwnIDs(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "create", func(ctx context.Context) (any, error) {
			return inngestkit.Send(ctx, goodOrder, goodOrder)
		})
	}))
	h.call(t, callOf{})
	if got := sentIDs(api); len(got) != 2 || got[0] == got[1] || slices.Contains(got, "") {
		t.Errorf("two events of one step have the ids %q", got)
	}
}
