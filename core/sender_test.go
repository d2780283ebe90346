package inngestkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

var goodOrder = orderCreated.New(orderData{OrderID: "o", Total: 1})

// order is an event with an id.
func order(id string) inngestkit.Event {
	return orderCreated.New(orderData{OrderID: "o", Total: 1}, inngestkit.WithID(id))
}

func TestSendOverHTTP(t *testing.T) {
	t.Parallel()
	var events []wire.Event
	var connections, requests atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/e/"+eventKey || r.Header.Get(wire.HeaderEnv) != "pr-1" || r.Header.Get(wire.HeaderSDK) != inngestgo.HeaderValueSDK {
			t.Errorf("sent to %s with %v", r.URL, r.Header)
		}
		if requests.Add(1)%2 == 1 { // each first attempt
			http.Error(w, strings.Repeat("busy ", 1000), http.StatusBadGateway)
			return
		}
		events = nil
		if err := json.NewDecoder(r.Body).Decode(&events); err != nil {
			t.Error(err)
		}
		_, _ = w.Write(replyTo(events))
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)

	h := newHook(t, inngestkit.Config{EventKey: eventKey, EventAPIBaseURL: server.URL, Env: "pr-1", SendRetry: inngestkit.RetryPolicy{InitialDelay: 1}})
	untyped := &inngestgo.Event{Name: "test/untyped", Data: map[string]any{"n": 1}, User: map[string]any{"external_id": "u"}, Timestamp: 1_800_000_000_000, Version: "2"}
	for range 3 {
		ids, err := h.app.Sender().Send(t.Context(), order("first"), untyped, inngestgo.Event{Name: "test/nothing"}, order("last"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"first", "test/untyped#1", "test/nothing#2", "last"}, ids); diff != "" {
			t.Errorf("ids (-want +got)\n%s", diff)
		}
	}
	want := []wire.Event{
		{ID: "first", Name: "test/order.created", Data: json.RawMessage(`{"orderId":"o","total":1}`)},
		{Name: "test/untyped", Data: json.RawMessage(`{"n":1}`), User: json.RawMessage(`{"external_id":"u"}`), TS: 1_800_000_000_000, Version: "2"},
		{Name: "test/nothing", Data: json.RawMessage(`{}`)},
		{ID: "last", Name: "test/order.created", Data: json.RawMessage(`{"orderId":"o","total":1}`)},
	}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Errorf("events (-want +got)\n%s", diff)
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d requests took %d connections", requests.Load(), n)
	}
}

func TestSendNothing(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	ids, err := newSender(t, api, inngestkit.Config{}).app.Sender().Send(t.Context())
	if err != nil || len(ids) != 0 || len(api.sent) != 0 {
		t.Errorf("%v, %v, %d requests", ids, err, len(api.sent))
	}
}

func TestSendWithoutEventKey(t *testing.T) {
	setenv(t, nil)
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", HTTPClient: &http.Client{Transport: &eventAPI{}}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = app.Sender().Send(t.Context(), goodOrder)
	if failed, ok := errors.AsType[*inngestkit.SendError](err); !ok || failed.Retriable || !strings.Contains(err.Error(), "INNGEST_EVENT_KEY") {
		t.Error(err)
	}
}

// chunksOf are the numbers of events in each request.
func chunksOf(api *eventAPI) []int {
	var all []int
	for _, s := range api.sent {
		all = append(all, len(s.events))
	}
	return all
}

func TestLargeSends(t *testing.T) {
	t.Parallel()
	tiny := inngestgo.Event{Name: "test/tiny"}
	big := inngestgo.Event{Name: "test/big", Data: map[string]any{"text": strings.Repeat("x", 500<<10)}}
	for name, c := range map[string]struct {
		event  inngestgo.Event
		count  int
		chunks []int
	}{
		"as many as one request holds": {tiny, wire.MaxRequestEvents, []int{5000}},
		"one more":                     {tiny, wire.MaxRequestEvents + 1, []int{5000, 1}},
		"as many bytes":                {big, 6, []int{6}},
		"more bytes":                   {big, 14, []int{6, 6, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &eventAPI{}
			events := make([]inngestkit.Event, c.count)
			for i := range events {
				events[i] = c.event
			}
			ids, err := newSender(t, api, inngestkit.Config{}).app.Sender().Send(t.Context(), events...)
			if err != nil || len(ids) != c.count {
				t.Fatalf("%d ids, %v", len(ids), err)
			}
			if diff := cmp.Diff(c.chunks, chunksOf(api)); diff != "" {
				t.Errorf("requests (-want +got)\n%s", diff)
			}
			for i, s := range api.sent {
				if s.bytes > wire.MaxRequestBytes {
					t.Errorf("request %d has %d bytes", i, s.bytes)
				}
				if i > 0 && s.seed() == api.sent[0].seed() {
					t.Error("two requests share a seed, so their events would share ids")
				}
			}
		})
	}
}

func TestPartlyAccepted(t *testing.T) {
	t.Parallel()
	events := make([]inngestkit.Event, wire.MaxRequestEvents+2)
	for i := range events {
		events[i] = inngestgo.Event{Name: "test/tiny"}
	}
	events[0] = order("first")
	api := &eventAPI{script: []roundTrip{nil, answers(http.StatusRequestEntityTooLarge, "{}")}}
	ids, err := newSender(t, api, inngestkit.Config{}).app.Sender().Send(t.Context(), events...)
	if len(ids) != wire.MaxRequestEvents || ids[0] != "first" {
		t.Errorf("%d ids of accepted events", len(ids))
	}
	failed, ok := errors.AsType[*inngestkit.SendError](err)
	if !ok || failed.Index != wire.MaxRequestEvents || failed.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %#v", err)
	}
}

func TestSendAfterItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the user left")
	cancel(reason)
	api := &eventAPI{}
	ids, err := newSender(t, api, inngestkit.Config{}).app.Sender().Send(ctx, goodOrder)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, reason) || len(ids) != 0 || len(api.sent) != 0 {
		t.Errorf("%v, %v, %d requests", ids, err, len(api.sent))
	}
}
