package adapter_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type order struct {
	ID string `json:"id" validate:"required"`
}

var (
	orderPlaced   = inngestkit.DefineEvent[order]("adapter/order.placed")
	orderReturned = inngestkit.DefineEvent[order]("adapter/order.returned")
)

// inngest is an event API that remembers the ids of the events that it has
// received.
type inngest struct {
	*httptest.Server

	mu      sync.Mutex
	ids     []string
	batches int
}

func newInngest(t *testing.T) *inngest {
	t.Helper()
	i := &inngest{}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var events []struct{ ID string }
		if err := json.NewDecoder(r.Body).Decode(&events); err != nil {
			t.Error(err)
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		i.batches++
		for _, ev := range events {
			i.ids = append(i.ids, ev.ID)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"ids": make([]string, len(events)), "status": http.StatusOK})
	}))
	t.Cleanup(i.Close)
	return i
}

// received returns the ids of the events received so far.
func (i *inngest) received() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]string(nil), i.ids...)
}

// app returns an app that sends its events to the API and logs to a writer.
func (i *inngest) app(t *testing.T, id string, log io.Writer) *inngestkit.App {
	t.Helper()
	if log == nil {
		log = io.Discard
	}
	app, err := inngestkit.New(inngestkit.Config{
		AppID: id, DevServerURL: i.URL, Logger: slog.New(slog.NewTextHandler(log, nil)),
		SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // only a failing test reaches it
		defer cancel()
		if err := app.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return app
}

// request is a request with an idempotency key and its caller.
type request struct{ app, method, path, caller, key, body string }

// scope opens the scope of a request.
func (q request) scope(t *testing.T, i *inngest, p inngestkit.IdempotencyPolicy) (*http.Request, *adapter.Scope) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), q.method, "/", strings.NewReader(q.body))
	r.URL.Path = q.path
	r.Header.Set(inngestkit.DefaultIdempotencyHeader, q.key)
	return adapter.OpenScope(i.app(t, q.app, nil), r, adapter.WithIdempotencyKey(p, func() string { return q.caller }))
}

// id returns the id of the event that a request sends.
func (q request) id(t *testing.T, i *inngest, p inngestkit.IdempotencyPolicy) string {
	t.Helper()
	_, scope := q.scope(t, i, p)
	if _, err := scope.Send(t.Context(), orderPlaced.New(order{ID: "a"})); err != nil {
		t.Fatal(err)
	}
	all := i.received()
	return all[len(all)-1]
}
