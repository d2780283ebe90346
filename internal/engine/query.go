package engine

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// DefaultPage is how many entries a page has when a query names no limit.
const DefaultPage = 20

// pageBudget bounds the entries that are looked at for one page, so that a
// page costs the same however much is kept; searching an entry's text counts
// as searchCost of them.
const (
	pageBudget = 10_000
	searchCost = 10
)

// RunQuery says which runs a page has. The zero value is the latest ones.
type RunQuery struct {
	// Limit is how many runs the page has at most. Defaults to DefaultPage.
	Limit int
	// Before is RunPage.Next of the page before. Defaults to the start.
	Before string
	// App and Function (composite id or UUID) and Status narrow the list.
	App, Function string
	Status        Status
	// Since and Until bound when the runs started: not before the one, and
	// before the other.
	Since, Until time.Time
	// Search is text that the run's id, function, events, output or error
	// contain, in any case.
	Search string
}

// RunPage is a page of runs, the newest first.
type RunPage struct {
	// Runs are without their steps, and their events without their run ids.
	Runs []Run
	// Next asks for the next page; it is empty on the last one. When few of
	// many entries match, a page may be short, or even empty, and not the last.
	Next string
}

// Runs returns a page of runs.
func (e *Engine) Runs(q RunQuery) RunPage {
	e.mu.Lock()
	defer e.mu.Unlock()
	page := RunPage{Runs: []Run{}}
	budget, search := newBudget(q.Search), []byte(strings.ToLower(q.Search))
	list := e.runs.started[:e.runs.position(q.Before)]
	for i, r := range slices.Backward(list) {
		if len(page.Runs) == cmp.Or(q.Limit, DefaultPage) || !budget.spend() {
			page.Next = strconv.FormatUint(list[i+1].seq, 36)
			break
		}
		switch {
		case e.runs.forgotten(r) || !q.matches(r) || !r.contains(search):
		case r.started.Before(q.Since):
			return page // all further ones are older
		default:
			page.Runs = append(page.Runs, r.summary(e.clock.Now()))
		}
	}
	return page
}

func (q *RunQuery) matches(r *run) bool {
	return (q.App == "" || r.fn.app.name == q.App) &&
		(q.Function == "" || r.fn.id == q.Function || r.fn.uuid == q.Function) &&
		(q.Status == "" || r.status == q.Status) &&
		(q.Until.IsZero() || r.started.Before(q.Until))
}

func (r *run) contains(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	return containsFold([]byte(r.id), text) || containsFold([]byte(r.fn.id), text) ||
		containsFold([]byte(r.fn.name), text) || containsJSON(r.output, text) ||
		(r.err != nil && containsFold([]byte(r.err.Name+": "+r.err.Message), text)) ||
		slices.ContainsFunc(r.events, func(ev *event) bool { return ev.contains(text) })
}

// EventQuery says which events a page has. The zero value is the latest ones.
type EventQuery struct {
	// Limit is how many events the page has at most. Defaults to DefaultPage.
	Limit int
	// Before is the internal id of an event: the page has older ones.
	Before string
	// Name narrows the list to events of this name.
	Name string
	// Internal adds the events that the engine sent itself.
	Internal bool
	// Since and Until bound when the events came in: not before the one, and
	// before the other.
	Since, Until time.Time
	// Search is text that the event's ids, name or payload contain, in any
	// case.
	Search string
}

// EventPage is a page of events, the newest first.
type EventPage struct {
	Events []Event
	// Next asks for the next page, as RunPage.Next does.
	Next string
}

// Events returns a page of events.
func (e *Engine) Events(q EventQuery) EventPage {
	e.mu.Lock()
	defer e.mu.Unlock()
	page := EventPage{Events: []Event{}}
	budget, search := newBudget(q.Search), []byte(strings.ToLower(q.Search))
	list := e.events.list[:e.events.position(q.Before)]
	for i, ev := range slices.Backward(list) {
		if len(page.Events) == cmp.Or(q.Limit, DefaultPage) || !budget.spend() {
			page.Next = list[i+1].internalID
			break
		}
		switch {
		case !q.matches(ev) || (len(search) > 0 && !ev.contains(search)):
		case ev.receivedAt.Before(q.Since):
			return page
		default:
			page.Events = append(page.Events, ev.view())
		}
	}
	return page
}

func (q *EventQuery) matches(ev *event) bool {
	return (q.Name == "" || ev.Name == q.Name) &&
		(q.Internal || !ev.internal()) &&
		(q.Until.IsZero() || ev.receivedAt.Before(q.Until))
}

// internal reports whether the engine sent the event itself.
func (ev *event) internal() bool { return strings.HasPrefix(ev.Name, wire.SystemEventPrefix) }

func (ev *event) contains(text []byte) bool {
	return containsJSON(ev.raw, text) || containsFold([]byte(ev.internalID), text)
}

// EventRuns returns the runs that an event started and that are still known, in
// the order in which they began.
func (e *Engine) EventRuns(id string) ([]Run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ev := e.events.find(id)
	if ev == nil {
		return nil, ErrNotFound
	}
	out := []Run{}
	for _, id := range ev.runs {
		if r := e.runs.byID[id]; r != nil {
			out = append(out, r.view(e.clock.Now()))
		}
	}
	return out, nil
}

// budget is what is left to be spent on a page.
type budget struct{ left, each int }

func newBudget(search string) budget {
	if search == "" {
		return budget{pageBudget, 1}
	}
	return budget{pageBudget, searchCost}
}

func (b *budget) spend() bool {
	b.left -= b.each
	return b.left >= 0
}
