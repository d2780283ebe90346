package devserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

const (
	// streamPause is the shortest time between two messages, so that a thousand
	// runs a second cause a few messages a second.
	streamPause = 200 * time.Millisecond
	// streamAlive is how often a silent stream shows that it is alive.
	streamAlive = 15 * time.Second
)

// streamChange holds the runs and events that have changed since the previous
// message, in their current state.
type streamChange struct {
	Runs   []pageRun             `json:"runs,omitempty"`
	Events []pageEvent           `json:"events,omitempty"`
	Apps   bool                  `json:"apps,omitempty"`
	Counts map[engine.Status]int `json:"counts"`
	Totals streamTotals          `json:"totals"`
}

type streamTotals struct {
	Runs   int `json:"runs"`
	Events int `json:"events"`
}

// getStream sends changes as Server-Sent Events: "hello" at the start and
// whenever the client must load everything again, and "change".
func (s *Server) getStream(w http.ResponseWriter, r *http.Request) {
	watch := s.engine.Watch()
	defer watch.Close()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	send := stream(w)
	if send("hello", struct{}{}) != nil {
		return
	}
	for {
		ctx, cancel := context.WithTimeout(r.Context(), streamAlive)
		changes, missed, err := watch.Next(ctx)
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil:
			err = send("", nil)
		case err != nil:
			return
		case missed:
			err = send("hello", struct{}{})
		default:
			err = send("change", s.streamChange(changes))
		}
		if err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(streamPause):
		}
	}
}

// stream returns a function that writes one message. An empty name writes a
// comment.
func stream(w http.ResponseWriter) func(name string, data any) error {
	out := http.NewResponseController(w)
	return func(name string, data any) error {
		text := ": alive\n\n"
		if name != "" {
			raw, err := json.Marshal(data)
			if err != nil {
				return err
			}
			text = fmt.Sprintf("event: %s\ndata: %s\n\n", name, raw)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return err
		}
		return out.Flush()
	}
}

// streamChange looks up the changed runs and events. An event lists its runs, so
// it changes with them.
func (s *Server) streamChange(changes []engine.Change) streamChange {
	counts := s.engine.Counts()
	out := streamChange{Counts: counts.Runs, Totals: streamTotals{Events: counts.Events}}
	for _, n := range counts.Runs {
		out.Totals.Runs += n
	}
	seen := map[string]bool{}
	event := func(id string) {
		if ev, err := s.engine.Event(id); err == nil && !seen[id] {
			seen[id] = true
			out.Events = append(out.Events, s.newPageEvent(ev))
		}
	}
	for _, c := range changes {
		switch c.Kind {
		case engine.ChangedApp:
			out.Apps = true
		case engine.ChangedEvent:
			event(c.ID)
		case engine.ChangedRun:
			if run, err := s.engine.Run(c.ID); err == nil {
				out.Runs = append(out.Runs, newPageRun(run))
				for _, ev := range run.Events {
					event(ev.InternalID)
				}
			}
		}
	}
	return out
}
