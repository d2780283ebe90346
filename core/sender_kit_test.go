package inngestkit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// eventAPI is Inngest's event API in memory: an http.RoundTripper that keeps
// requests and answers by script. It accepts requests after the script's end.
type eventAPI struct {
	mu     sync.Mutex
	script []roundTrip
	sent   []sent
	open   int // bodies of responses that nobody has closed
}

type roundTrip func(*http.Request) (*http.Response, error)

// sent is one request to the event API.
type sent struct {
	path   string
	header http.Header
	events []wire.Event
	bytes  int
}

func (s sent) seed() string { return s.header.Get(wire.HeaderEventIDSeed) }

func (a *eventAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_ = r.Body.Close()
	s := sent{path: r.URL.Path, header: r.Header, bytes: len(body)}
	if err := json.Unmarshal(body, &s.events); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent = append(a.sent, s)
	answer := answers(http.StatusOK, string(replyTo(s.events)))
	if len(a.script) > 0 {
		if a.script[0] != nil {
			answer = a.script[0]
		}
		a.script = a.script[1:]
	}
	resp, err := answer(r)
	if resp != nil {
		a.open++
		resp.Body = &countedBody{Reader: resp.Body, api: a}
	}
	return resp, err
}

type countedBody struct {
	io.Reader
	api    *eventAPI
	closed sync.Once
}

func (b *countedBody) Close() error {
	b.closed.Do(func() {
		b.api.mu.Lock()
		defer b.api.mu.Unlock()
		b.api.open--
	})
	return nil
}

// replyTo accepts events with an id for each: its own, or one made of its name
// and place.
func replyTo(events []wire.Event) []byte {
	reply := wire.SendReply{IDs: make([]string, len(events)), Status: http.StatusOK}
	for i, ev := range events {
		if reply.IDs[i] = ev.ID; ev.ID == "" {
			reply.IDs[i] = fmt.Sprintf("%s#%d", ev.Name, i)
		}
	}
	body, _ := json.Marshal(reply)
	return body
}

// answers makes an answer; header is names and values in turn.
func answers(status int, body string, header ...string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

var errNetwork = errors.New("connection refused")

func unreachable(*http.Request) (*http.Response, error) { return nil, errNetwork }

func refusing(times, status int, header ...string) []roundTrip {
	all := make([]roundTrip, times)
	for i := range all {
		all[i] = answers(status, `{"error":"not now"}`, header...)
	}
	return all
}

const eventKey = "event-key-c0ffee"

// newSender makes an app whose events go to api.
func newSender(t *testing.T, api *eventAPI, c inngestkit.Config, sources ...inngestkit.Source) *hook {
	t.Helper()
	c.EventKey, c.HTTPClient = eventKey, &http.Client{Transport: api}
	h := newHook(t, c, sources...)
	t.Cleanup(func() {
		if api.open != 0 {
			t.Errorf("%d bodies were not closed", api.open)
		}
		if strings.Contains(h.log.String(), "c0ffee") {
			t.Errorf("the event key is logged:\n%s", h.log)
		}
	})
	return h
}
