package inngestkit_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
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
}

func newStory(t *testing.T, sources ...inngestkit.Source) *story {
	t.Helper()
	return newStoryBehind(t, func(h http.Handler) http.Handler { return h }, sources...)
}

// newStoryBehind puts something of the application's before the webhook.
func newStoryBehind(t *testing.T, outer func(http.Handler) http.Handler, sources ...inngestkit.Source) *story {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	dev, err := devserver.Start(t.Context(), devserver.Config{
		Addr: "127.0.0.1:0", Logger: quiet,
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dev.Close() })
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: dev.URL(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Shutdown(context.Background()) })
	if err := app.Register(sources...); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(outer(app.Handler()))
	t.Cleanup(server.Close)
	if err := app.Sync(t.Context(), server.URL); err != nil {
		t.Fatal(err)
	}
	return &story{t, app, dev}
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
const patience = time.Minute

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
		resp, err := http.Get(s.dev.URL() + "/v1/events/" + event + "/runs")
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

// plays sends an event and checks what its only run comes to.
func (s *story) plays(ev inngestkit.Event, status, output string) {
	s.Helper()
	r := s.ended(s.send(ev), 1)[0]
	if r.Status != status || !strings.Contains(string(r.Output), output) {
		s.Errorf("the run is %s with %s, want %s with %s", r.Status, r.Output, status, output)
	}
}
