package inngestkit_test

import (
	"bytes"
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

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/devserver"
)

// story is an app and a dev server, over real HTTP, from event to end of run.
type story struct {
	*testing.T
	app *inngestkit.App
	dev *devserver.Server
	log *logBuffer // the app's
	key string     // that the dev server asks for, if any
}

// storyOf holds the parts of a story beside functions; the zero value has none.
type storyOf struct {
	// outer puts something of the application's before the webhook.
	outer func(http.Handler) http.Handler
	dev   func(*devserver.Config)
}

func newStory(t *testing.T, sources ...inngestkit.Source) *story {
	t.Helper()
	return storyOf{}.start(t, sources...)
}

func (o storyOf) start(t *testing.T, sources ...inngestkit.Source) *story {
	t.Helper()
	config := devserver.Config{
		Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler),
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	}
	if o.dev != nil {
		o.dev(&config)
	}
	dev, err := devserver.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dev.Close() })
	s := &story{T: t, dev: dev, log: &logBuffer{}}
	s.app = s.newApp(sources...)
	handler := s.app.Handler()
	if o.outer != nil {
		handler = o.outer(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	if err := s.app.Sync(t.Context(), server.URL); err != nil {
		t.Fatal(err)
	}
	return s
}

// newApp makes an instance of the app.
func (s *story) newApp(sources ...inngestkit.Source) *inngestkit.App {
	s.Helper()
	app, err := inngestkit.New(inngestkit.Config{
		AppID: "shop", DevServerURL: s.dev.URL(),
		Logger: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = app.Shutdown(context.Background()) })
	if err := app.Register(sources...); err != nil {
		s.Fatal(err)
	}
	return app
}

// logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (s *story) send(ev inngestkit.Event) string {
	s.Helper()
	ids, err := s.app.Sender().Send(s.Context(), ev)
	if err != nil {
		s.Fatal(err)
	}
	return ids[0]
}

// patience bounds every wait; only a failing test needs it.
const patience = 5 * time.Minute

type ranRun struct {
	ID     string          `json:"run_id"`
	Status string          `json:"status"`
	Output json.RawMessage `json:"output"`
}

// ended waits until every one of an event's n runs has ended.
func (s *story) ended(event string, n int) []ranRun {
	s.Helper()
	var body []byte
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.dev.URL()+"/v1/events/"+event+"/runs", nil)
		if err != nil {
			s.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.key)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			s.Fatal(err)
		}
		body, _ = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		var list struct{ Data []ranRun }
		if json.Unmarshal(body, &list) != nil || len(list.Data) != n {
			continue
		}
		if !strings.Contains(string(body), `"status":"Running"`) {
			return list.Data
		}
	}
	s.Fatalf("event %s has no %d ended runs: %s", event, n, body)
	return nil
}

// plays sends an event and checks the end of its only run.
func (s *story) plays(ev inngestkit.Event, status, output string) {
	s.Helper()
	r := s.ended(s.send(ev), 1)[0]
	if r.Status != status || !strings.Contains(string(r.Output), output) {
		s.Errorf("the run is %s with %s, want %s with %s", r.Status, r.Output, status, output)
	}
}
