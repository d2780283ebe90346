package engine

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// RunQuery selects the runs of a page. The zero value selects the latest runs.
type RunQuery struct {
	// Limit is the largest number of runs on the page. Defaults to DefaultPage.
	Limit int
	// Before is RunPage.Next of the page before. Defaults to the first page.
	Before string
	// App (a name), Function (a composite id or UUID) and Status select runs.
	// They default to all.
	App, Function string
	Status        Status
	// Since and Until bound the start of the runs: it is not before Since and
	// before Until. They default to no bound.
	Since, Until time.Time
	// Search selects runs whose id, function, events, output or error contain
	// this text, in any case.
	Search string
}

// RunPage is a page of runs, the newest first.
type RunPage struct {
	// Runs lack their steps and the run ids of their events.
	Runs []Run
	// Next is RunQuery.Before for the next page; it is empty on the last page.
	// If only few of many runs match, a page may be short or even empty without
	// being the last.
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
			return page // all further runs are older
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
