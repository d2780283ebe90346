package inngestkit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

func TestEnqueueNeedsAScope(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{})
	for name, ctx := range map[string]context.Context{
		"no middleware":  t.Context(),
		"a bare sender":  inngestkit.WithSender(t.Context(), h.app.Sender()),
		"another string": context.WithValue(t.Context(), adapter.SenderKey, "no sender"), //nolint:staticcheck // it is looked for by this name
	} {
		if _, err := inngestkit.Enqueue(ctx, anOrderCreated); !errors.Is(err, inngestkit.ErrNoScope) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var anOrderCreated = orderCreated.New(anOrder)

func TestEnqueueInAFunctionNamesTheDurableForm(t *testing.T) {
	t.Parallel()
	var outside, inside error
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		_, outside = inngestkit.Enqueue(ctx, anOrderCreated)
		return step.Run(ctx, "a", func(ctx context.Context) (any, error) {
			_, inside = inngestkit.Enqueue(ctx, anOrderCreated)
			return nil, nil
		})
	}))
	ops(t, h.call(t, callOf{}))
	for where, err := range map[string]error{"outside a step": outside, "inside one": inside} {
		if !errors.Is(err, inngestkit.ErrOutsideStep) || !strings.Contains(err.Error(), "OrderCreated.Send(ctx,") {
			t.Errorf("%s: %v", where, err)
		}
	}
}

func TestKeyWithAnotherBodyIsLogged(t *testing.T) {
	t.Parallel()
	api := newInngestAPI(t, func(*http.Request) (int, string) { return http.StatusOK, `{"ids":["1"]}` })
	var log bytes.Buffer
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	send := func(body string) {
		r := httptest.NewRequest(http.MethodPost, "/orders", strings.NewReader(body))
		r.Header.Set(inngestkit.DefaultIdempotencyHeader, "secret-key")
		r, _ = adapter.OpenScope(h.app, r, adapter.WithIdempotencyKey(inngestkit.IdempotencyPolicy{}, func() string { return "ada" }))
		if _, err := inngestkit.Send(r.Context(), anOrderCreated); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := got.ReadFrom(r.Body); err != nil || got.String() != body {
			t.Errorf("the handler reads %q, %v", &got, err)
		}
	}
	send("one")
	send("one")
	if strings.Contains(log.String(), "another body") {
		t.Errorf("a plain retry is logged: %s", &log)
	}
	send("two")
	if !strings.Contains(log.String(), "another body") || strings.Contains(log.String(), "secret-key") {
		t.Errorf("the log is: %s", &log)
	}
}

func TestScopeKeepsALongBodyWhole(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{})
	body := strings.Repeat("x", 3<<20)
	r := httptest.NewRequest(http.MethodPost, "/orders", strings.NewReader(body))
	r.Header.Set(inngestkit.DefaultIdempotencyHeader, "k")
	r, _ = adapter.OpenScope(h.app, r, adapter.WithIdempotencyKey(inngestkit.IdempotencyPolicy{Body: true}, func() string { return "ada" }))
	var got bytes.Buffer
	if _, err := got.ReadFrom(r.Body); err != nil || got.String() != body {
		t.Errorf("the handler reads %d bytes, %v", got.Len(), err)
	}
}

// Enqueue returns the ids that its events are sent with.
func TestEnqueueReturnsTheIDs(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{})
	r, scope := adapter.OpenScope(h.app, httptest.NewRequest(http.MethodPost, "/orders", http.NoBody))
	ids, err := inngestkit.Enqueue(r.Context(), anOrderCreated, orderCreated.New(anOrder, inngestkit.WithID("own")))
	if err != nil || len(ids) != 2 || ids[0] == "" || ids[1] != "own" {
		t.Fatalf("the ids are %q, %v", ids, err)
	}
	if err := scope.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := sentIDs(api); !slices.Equal(got, ids) {
		t.Errorf("%q were sent, and Enqueue returned %q", got, ids)
	}
}

// Two events of one batch with the same id would be one event to the server.
func TestEnqueueRefusesAnIDTwice(t *testing.T) {
	t.Parallel()
	h := newSender(t, &eventAPI{}, inngestkit.Config{})
	r, scope := adapter.OpenScope(h.app, httptest.NewRequest(http.MethodPost, "/orders", http.NoBody))
	defer scope.Drop("the test is over")
	for i, want := range []error{nil, inngestkit.ErrEventDuplicate} {
		_, err := inngestkit.Enqueue(r.Context(), orderCreated.New(anOrder, inngestkit.WithID("mine")))
		if !errors.Is(err, want) {
			t.Errorf("enqueueing the id for the time %d: %v, want %v", i+1, err, want)
		}
	}
}
