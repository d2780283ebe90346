package adaptertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// inngest is a fake of Inngest's API. It records all syncs and events, and answers
// each event with an id made from its order.
type inngest struct {
	url    string
	server *httptest.Server

	// onSync and onEvents replace the default answers. Set them before the first
	// request.
	onSync   func(wire.SyncRequest) error
	onEvents func([]wire.Event) ([]string, error)

	mu     sync.Mutex
	syncs  []wire.SyncRequest
	events []wire.Event
}

func newInngest(t *testing.T, n *network) *inngest {
	t.Helper()
	i := &inngest{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /fn/register", i.sync)
	mux.HandleFunc("POST /e/{key}", i.receive)
	i.server = n.serve(mux)
	i.url = i.server.URL
	t.Cleanup(i.server.Close)
	return i
}

func (i *inngest) sync(w http.ResponseWriter, r *http.Request) {
	var req wire.SyncRequest
	err := json.NewDecoder(r.Body).Decode(&req)
	if err == nil && i.onSync != nil {
		err = i.onSync(req)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.syncs = append(i.syncs, req)
	_ = json.NewEncoder(w).Encode(wire.SyncReply{OK: true, Modified: true})
}

// errBusy has the event API answer that it is busy.
var errBusy = errors.New("busy")

func (i *inngest) receive(w http.ResponseWriter, r *http.Request) {
	var events []wire.Event
	err := json.NewDecoder(r.Body).Decode(&events)
	var ids []string
	if err == nil && i.onEvents != nil {
		ids, err = i.onEvents(events)
	}
	if errors.Is(err, errBusy) {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if i.onEvents == nil {
		for _, ev := range events {
			ids = append(ids, eventID(ev))
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.events = append(i.events, events...)
	_ = json.NewEncoder(w).Encode(wire.SendReply{IDs: ids, Status: http.StatusOK})
}

func eventID(ev wire.Event) string {
	var o order
	_ = json.Unmarshal(ev.Data, &o)
	return fmt.Sprintf("event of %s", strings.TrimSpace(o.ID))
}

// synced returns the only sync, or fails the test.
func (i *inngest) synced(t *testing.T) wire.SyncRequest {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.syncs) != 1 {
		t.Fatalf("there were %d syncs, want one", len(i.syncs))
	}
	return i.syncs[0]
}

// received returns the names and data of all events.
func (i *inngest) received(t *testing.T) []string {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	var all []string
	for _, ev := range i.events {
		all = append(all, ev.Name+" "+string(ev.Data))
	}
	return all
}
