package adaptertest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

const (
	keyHeader    = "Idempotency-Key"
	callerHeader = "X-User"
)

// user returns the user that a request names.
func user(r *http.Request) string { return r.Header.Get(callerHeader) }

// idempotent returns a function that makes a request of a caller with a key and a
// body, and returns the ids of its two events.
func idempotent(t *testing.T, a Adapter, key inngestkit.IdempotencyPolicy) func(caller, key, body string) []string {
	t.Helper()
	k := handled(t, a, func(_ http.ResponseWriter, r *http.Request) error {
		if _, err := io.ReadAll(r.Body); err != nil {
			return err
		}
		if _, err := inngestkit.Send(r.Context(), orderPlaced.New(order{ID: "a"})); err != nil {
			return err
		}
		_, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "b"}))
		return err
	}, func(s *Setup) {
		s.Key, s.Caller = key, user
	})
	var mu sync.Mutex
	var seen []string
	k.inngest.onEvents = func(events []wire.Event) ([]string, error) {
		mu.Lock()
		defer mu.Unlock()
		for _, ev := range events {
			seen = append(seen, ev.ID)
		}
		return make([]string, len(events)), nil
	}
	return func(caller, key, body string) []string {
		t.Helper()
		seen = nil
		r := k.do(http.MethodPost, HandledPath, strings.NewReader(body), callerHeader, caller, keyHeader, key)
		equal(t, "status", r.status, http.StatusOK)
		mu.Lock()
		defer mu.Unlock()
		equal(t, "events", len(seen), 2)
		return seen
	}
}

func testIdempotencyKey(t *testing.T, a Adapter) {
	ids := idempotent(t, a, inngestkit.IdempotencyPolicy{})
	first := ids("ada", "k1", "body")
	if first[0] == "" || first[0] == first[1] {
		t.Fatalf("the ids are %q", first)
	}
	equal(t, "a retry", ids("ada", "k1", "body"), first)
	equal(t, "another body", ids("ada", "k1", "changed"), first)
	for name, other := range map[string][]string{"another user": ids("bob", "k1", "body"), "another key": ids("ada", "k2", "body")} {
		if other[0] == first[0] || other[1] == first[1] || other[0] == first[1] {
			t.Errorf("%s shares an id: %q and %q", name, other, first)
		}
	}
	if one, other := ids("tenant-1", "1", "body"), ids("tenant-", "11", "body"); one[0] == other[0] || one[1] == other[1] {
		t.Errorf("one tenant's key has met another's: %q and %q", one, other)
	}
	for name, twice := range map[string]func() []string{
		"no key":  func() []string { return ids("ada", "", "body") },
		"no user": func() []string { return ids("", "k1", "body") },
	} {
		one, other := twice(), twice()
		if one[0] != "" || other[0] != "" || one[1] == "" || one[1] == other[1] {
			t.Errorf("%s: a send has a derived id, or an enqueued event no new one: %q and %q", name, one, other)
		}
	}
}

func testIdempotencyKeyWithBody(t *testing.T, a Adapter) {
	ids := idempotent(t, a, inngestkit.IdempotencyPolicy{Body: true})
	first := ids("ada", "k1", "body")
	equal(t, "a retry", ids("ada", "k1", "body"), first)
	if other := ids("ada", "k1", "changed"); other[0] == first[0] {
		t.Error("another body shares the id")
	}
}

// testIdempotencyKeyOfARoute sends one key, in a configured header, with different
// methods and paths.
func testIdempotencyKeyOfARoute(t *testing.T, a Adapter) {
	const header = "X-Request-Key"
	k := newKit(t, a, func(s *Setup) {
		s.Middleware, s.Caller, s.Key = true, user, inngestkit.IdempotencyPolicy{Header: header}
		s.Orders = func(send Send) ([]string, error) { return send(orderPlaced.New(order{ID: "a"})) }
		s.Handle = func(_ http.ResponseWriter, r *http.Request) error {
			_, err := inngestkit.Send(r.Context(), orderPlaced.New(order{ID: "a"}))
			return err
		}
	}, nil)
	id := func(method, path, header string) string {
		t.Helper()
		k.do(method, path, nil, callerHeader, "ada", header, "k1")
		k.inngest.mu.Lock()
		defer k.inngest.mu.Unlock()
		return k.inngest.events[len(k.inngest.events)-1].ID
	}
	first := id(http.MethodPost, HandledPath, header)
	equal(t, "the same with a query", id(http.MethodPost, HandledPath+"?page=2", header), first)
	equal(t, "with another header", id(http.MethodPost, HandledPath, keyHeader), "")
	if first == "" || first == id(http.MethodGet, HandledPath, header) || first == id(http.MethodPost, OrdersPath, header) {
		t.Errorf("another method or path shares the id %q", first)
	}
}

// testIdempotencyKeyOfAStream sends after the answer has begun, and after the
// request.
func testIdempotencyKeyOfAStream(t *testing.T, a Adapter) {
	var later func() error
	k := handled(t, a, func(w http.ResponseWriter, r *http.Request) error {
		send := func(ctx context.Context) error {
			_, err := inngestkit.Send(ctx, orderPlaced.New(order{ID: "a"}))
			return err
		}
		later = func() error { return send(context.WithoutCancel(r.Context())) }
		_ = http.NewResponseController(w).Flush()
		return send(r.Context())
	}, func(s *Setup) { s.Caller = user })
	for range 2 {
		k.do(http.MethodPost, HandledPath, nil, callerHeader, "ada", keyHeader, "k1")
	}
	equal(t, "error of Send after the request", later(), nil)
	events := k.inngest.events
	if events[0].ID == "" || events[0].ID != events[1].ID {
		t.Errorf("a retry sends %q for %q", events[1].ID, events[0].ID)
	}
	equal(t, "id after the request", events[2].ID, "")
}

// testIdempotencyKeyReused expects a warning of a key that came with another body.
func testIdempotencyKeyReused(t *testing.T, a Adapter) {
	var log bytes.Buffer
	k := newKit(t, a, func(s *Setup) {
		s.Middleware, s.Handle, s.Caller = true, created, user
	}, func(c *inngestkit.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	place := func(body string) {
		k.do(http.MethodPost, HandledPath, strings.NewReader(body), callerHeader, "ada", keyHeader, "k1")
	}
	const warning = "an idempotency key came again with another body"
	place("body")
	place("body")
	equal(t, "a retry is warned of", strings.Contains(log.String(), warning), false)
	place("secret")
	equal(t, "another body is warned of", strings.Contains(log.String(), warning), true)
	equal(t, "the log quotes the body", strings.Contains(log.String(), "secret"), false)
}

// testIdempotencyKeyInRuns counts the runs that requests start.
func testIdempotencyKeyInRuns(t *testing.T, a Adapter) {
	p := play(t, a, func(s *Setup) { s.Handle, s.Caller = created, user })
	for _, c := range []struct {
		caller, key string
		runs        int // of each function: one for each of a request's two events
	}{
		{"ada", "k1", 2},
		{"ada", "k1", 2},
		{"bob", "k1", 4},
		{"bob", "k1", 4},
		{"ada", "k2", 6},
		{"ada", "", 8},
		{"ada", "", 10},
	} {
		r := p.do(http.MethodPost, HandledPath, nil, callerHeader, c.caller, keyHeader, c.key)
		equal(t, "status", r.status, http.StatusCreated)
		runs := p.engine.Runs(engine.RunQuery{Function: appID + "-note"}).Runs
		equal(t, "runs after "+c.caller+" with key "+c.key, len(runs), c.runs)
	}
}
