package devserver

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// pageRun is a run in the page's lists and stream.
type pageRun struct {
	ID       string          `json:"id"`
	App      string          `json:"app"`
	Function string          `json:"function"` // composite id
	Title    string          `json:"title"`
	Status   engine.Status   `json:"status"`
	Event    string          `json:"event"`
	EventID  string          `json:"eventId"`
	Started  time.Time       `json:"started"`
	Ended    time.Time       `json:"ended,omitzero"`
	Error    *wire.CallError `json:"error,omitempty"`
	// Waiting is the sleep, wait or retry that a running run waits for.
	Waiting *pageWait `json:"waiting,omitempty"`
}

type pageWait struct {
	Kind  string    `json:"kind"` // sleep, event, signal, invoke or retry
	Name  string    `json:"name,omitempty"`
	Until time.Time `json:"until,omitzero"`
}

func newPageRun(r engine.Run) pageRun {
	v := pageRun{
		ID: r.ID, App: r.App, Function: r.FunctionID, Title: cmp.Or(r.FunctionName, r.FunctionID), Status: r.Status,
		Event: r.Events[0].Name, EventID: r.Events[0].InternalID, Started: r.Started.UTC(), Ended: r.Ended.UTC(), Error: r.Error,
	}
	if r.Ended.IsZero() {
		v.Ended = time.Time{}
	}
	if w := r.Waiting; w != nil {
		a := w.Awaits
		v.Waiting = &pageWait{Kind: pageKind(w.Op), Name: cmp.Or(a.Event, a.Signal, a.Function), Until: a.Until}
	}
	return v
}

// pageKind returns the page's name for an op code. An empty op code is a retry.
func pageKind(op string) string {
	switch op {
	case "":
		return "retry"
	case wire.OpSleep:
		return "sleep"
	case wire.OpWaitForEvent:
		return "event"
	case wire.OpWaitForSignal:
		return "signal"
	case wire.OpInvokeFunction:
		return "invoke"
	case wire.OpGateway:
		return "fetch"
	case wire.OpAIGateway:
		return "infer"
	}
	return "step"
}

// pageRunList is a page of the list of runs.
type pageRunList struct {
	Runs   []pageRun             `json:"runs"`
	Next   string                `json:"next,omitempty"`
	Total  int                   `json:"total"`
	Counts map[engine.Status]int `json:"counts"`
}

// pageLimit is the largest number of entries in an answer to the page.
const pageLimit = 1000

func (s *Server) getPageRuns(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := s.engine.Runs(engine.RunQuery{
		Limit: listLimit(q.Get("limit"), pageLimit), Before: q.Get("before"), Function: q.Get("function"),
		Status: engine.Status(q.Get("status")), Search: q.Get("q"),
	})
	out := pageRunList{Runs: []pageRun{}, Next: page.Next, Counts: s.engine.Counts().Runs}
	for _, run := range page.Runs {
		out.Runs = append(out.Runs, newPageRun(run))
	}
	for status, n := range out.Counts {
		if q.Get("status") == "" || q.Get("status") == string(status) {
			out.Total += n
		}
	}
	writeJSON(w, http.StatusOK, out)
}

// pageRunDetail is a run with its steps, failures and events.
type pageRunDetail struct {
	pageRun

	RerunOf   string          `json:"rerunOf,omitempty"`
	ParentRun string          `json:"parentRun,omitempty"`
	Endpoint  bool            `json:"endpoint,omitempty"`
	Calls     int             `json:"calls"`
	Events    []wire.Event    `json:"events"`
	Output    json.RawMessage `json:"output,omitempty"`
	Failures  []pageFailure   `json:"failures"`
	Steps     []pageStep      `json:"steps"`
}

type pageFailure struct {
	Started time.Time       `json:"started"`
	Ended   time.Time       `json:"ended"`
	RetryAt time.Time       `json:"retryAt,omitzero"`
	Error   *wire.StepError `json:"error"`
}

type pageStep struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Attempts int             `json:"attempts"`
	Started  time.Time       `json:"started"`
	Tried    time.Time       `json:"tried"`
	Ended    time.Time       `json:"ended,omitzero"`
	Failed   bool            `json:"failed,omitempty"`
	TimedOut bool            `json:"timedOut,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    *wire.StepError `json:"error,omitempty"`
	Failures []pageFailure   `json:"failures"`
	Awaits   pageAwaits      `json:"awaits"`
}

type pageAwaits struct {
	Until    time.Time `json:"until,omitzero"`
	Event    string    `json:"event,omitempty"`
	Signal   string    `json:"signal,omitempty"`
	Function string    `json:"function,omitempty"`
	RunID    string    `json:"runId,omitempty"`
}

func (s *Server) getPageRun(w http.ResponseWriter, r *http.Request) {
	run, err := s.engine.Run(r.PathValue("id"))
	if err != nil {
		writeFailure(w, err)
		return
	}
	out := pageRunDetail{
		pageRun: newPageRun(run), RerunOf: run.RerunOf, ParentRun: parentRun(run), Endpoint: run.Endpoint, Calls: run.Calls, Output: run.Output,
		Failures: newPageFailures(run.Failures), Steps: []pageStep{},
	}
	for _, ev := range run.Events {
		out.Events = append(out.Events, ev.Event)
	}
	for _, step := range run.Steps {
		out.Steps = append(out.Steps, newPageStep(step))
	}
	writeJSON(w, http.StatusOK, out)
}

func newPageStep(step engine.Step) pageStep {
	kind := pageKind(step.Op)
	return pageStep{
		ID: step.ID, Name: step.Name, Kind: kind, Attempts: step.Attempts,
		Started: step.Started.UTC(), Tried: step.Tried.UTC(), Ended: step.Ended, Failed: failed(step),
		TimedOut: (kind == "event" || kind == "signal") && string(step.Result) == "null",
		Result:   step.Result, Error: step.Error, Failures: newPageFailures(step.Failures),
		Awaits: pageAwaits(step.Awaits),
	}
}

func newPageFailures(failures []engine.Failure) []pageFailure {
	out := []pageFailure{}
	for _, f := range failures {
		out = append(out, pageFailure{f.Started.UTC(), f.Ended.UTC(), f.RetryAt, f.Error})
	}
	return out
}

// parentRun returns the run that invoked this one, "" if none did. The event of
// an invocation names it.
func parentRun(run engine.Run) string {
	if run.Events[0].Name != wire.EventFunctionInvoked {
		return ""
	}
	var data struct {
		Inngest struct {
			CorrelationID string `json:"correlation_id"`
		} `json:"_inngest"`
	}
	if json.Unmarshal(run.Events[0].Data, &data) != nil {
		return ""
	}
	id, _, _ := strings.Cut(data.Inngest.CorrelationID, ".")
	return id
}
