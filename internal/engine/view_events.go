package engine

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

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

func (ev *event) contains(text []byte) bool {
	return containsJSON(ev.raw, text) || containsFold([]byte(ev.internalID), text)
}
