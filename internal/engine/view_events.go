package engine

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// EventQuery selects the events of a page. The zero value selects the latest
// events.
type EventQuery struct {
	// Limit is the largest number of events on the page. Defaults to DefaultPage.
	Limit int
	// Before is the internal id of an event: the page has only older events.
	Before string
	// Name selects events of this name. Defaults to all.
	Name string
	// Internal includes the events that the engine made.
	Internal bool
	// Since and Until bound the arrival of the events: it is not before Since and
	// before Until. They default to no bound.
	Since, Until time.Time
	// Search selects events whose ids, name or payload contain this text, in any
	// case.
	Search string
}

// EventPage is a page of events, the newest first.
type EventPage struct {
	Events []Event
	// Next is EventQuery.Before for the next page, as RunPage.Next is for runs.
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

func (ev *event) contains(text []byte) bool {
	return containsJSON(ev.raw, text) || containsFold([]byte(ev.internalID), text)
}
