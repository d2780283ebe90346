package engine

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
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
