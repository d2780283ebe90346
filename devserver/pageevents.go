package devserver

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// pageEvent is an event in the page's lists and stream.
type pageEvent struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Received time.Time `json:"received"`
	// Internal reports whether the server itself sent the event.
	Internal bool `json:"internal,omitempty"`
	// Runs are the first runs that the event started; RunCount counts all.
	Runs     []pageEventRun `json:"runs"`
	RunCount int            `json:"runCount"`
}

type pageEventRun struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Status engine.Status `json:"status"`
}

// pageEventRuns is how many of an event's runs are listed with it.
const pageEventRuns = 3

func (s *Server) newPageEvent(ev engine.Event) pageEvent {
	v := pageEvent{
		ID: ev.InternalID, Name: ev.Name, Received: ev.ReceivedAt.UTC(), Runs: []pageEventRun{}, RunCount: len(ev.RunIDs),
		Internal: strings.HasPrefix(ev.Name, wire.SystemEventPrefix),
	}
	for _, id := range ev.RunIDs[:min(pageEventRuns, len(ev.RunIDs))] {
		if run, err := s.engine.Run(id); err == nil {
			r := newPageRun(run)
			v.Runs = append(v.Runs, pageEventRun{r.ID, r.Title, r.Status})
		}
	}
	return v
}

func (s *Server) getPageEvents(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := s.engine.Events(engine.EventQuery{
		Limit: listLimit(q.Get("limit"), pageLimit), Before: q.Get("before"), Search: q.Get("q"), Internal: q.Get("internal") == "true",
	})
	out := []pageEvent{}
	for _, ev := range page.Events {
		out = append(out, s.newPageEvent(ev))
	}
	writeJSON(w, http.StatusOK, struct {
		Events []pageEvent `json:"events"`
		Next   string      `json:"next,omitempty"`
		Total  int         `json:"total"`
	}{out, page.Next, s.engine.Counts().Events})
}

// listLimit parses the limit of a list and caps it.
func listLimit(value string, most int) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return defaultEvents
	}
	return min(n, most)
}

func (s *Server) getPageEvent(w http.ResponseWriter, r *http.Request) {
	ev, err := s.engine.Event(r.PathValue("id"))
	if err != nil {
		writeFailure(w, err)
		return
	}
	runs, err := s.engine.EventRuns(ev.InternalID)
	if err != nil {
		writeFailure(w, err)
		return
	}
	out := []pageRun{}
	for _, run := range runs {
		out = append(out, newPageRun(run))
	}
	writeJSON(w, http.StatusOK, struct {
		Event    wire.Event `json:"event"`
		Received time.Time  `json:"received"`
		Runs     []pageRun  `json:"runs"`
	}{ev.Event, ev.ReceivedAt.UTC(), out})
}
