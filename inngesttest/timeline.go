package inngesttest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// row is a line of a timeline.
type row struct {
	at                        time.Time
	step, attempt, op, output string
}

// Timeline returns a table of the run's history, in the order of time. Its columns
// are the time since the start of the run, on the clock of the test; the step; the
// attempt, counted from one; the op code that the app reported (SDK specification
// 5.3); and the output. The table leaves random ids out and is the same for the same
// run, so it fits a golden file.
func (r *Run) Timeline() string {
	v := r.view()
	rows := r.rows(v)
	slices.SortStableFunc(rows, func(a, b row) int { return a.at.Compare(b.at) })
	cells := [][]string{{"TIME", "STEP", "ATTEMPT", "OP", "OUTPUT"}}
	for _, row := range rows {
		cells = append(cells, []string{since(v.Started, row.at), row.step, row.attempt, row.op, row.output})
	}
	return fmt.Sprintf("%s · %s · %s\n%s", r.Function(), eventNames(v), v.Status, table(cells))
}

func eventNames(v engine.Run) string {
	if len(v.Events) > 1 {
		return fmt.Sprintf("%d events", len(v.Events))
	}
	if len(v.Events) == 0 {
		return "no event"
	}
	return v.Events[0].Name
}

func (r *Run) rows(v engine.Run) []row {
	var rows []row
	for _, s := range v.Steps {
		rows = append(rows, r.stepRows(v, s)...)
	}
	for _, f := range v.Failures {
		if !f.RetryAt.IsZero() { // the last failure is the run's end
			rows = append(rows, row{f.Ended, "", "", "Error", failureText(v, f)})
		}
	}
	switch v.Status {
	case Completed:
		rows = append(rows, row{v.Ended, "", "", "Completed", value(v.Output)})
	case Failed:
		rows = append(rows, row{v.Ended, "", "", "Failed", v.Error.Name + ": " + masked(v.Error.Message)})
	case Cancelled:
		rows = append(rows, row{v.Ended, "", "", "Cancelled", ""})
	case Scheduled, Running: // not ended yet
	}
	return rows
}

func (r *Run) stepRows(v engine.Run, s engine.Step) []row {
	var rows []row
	for i, f := range s.Failures {
		op := wire.OpStepError
		if f.RetryAt.IsZero() {
			op = wire.OpStepFailed
		}
		rows = append(rows, row{f.Ended, s.Name, fmt.Sprint(i + 1), op, failureText(v, f)})
	}
	if len(s.Failures) > 0 && s.Op == wire.OpStepError || s.Op == wire.OpStepFailed {
		return rows
	}
	ran := s.Op == wire.OpStepRun || s.Op == wire.OpStep
	if ran || s.Op == wire.OpStepPlanned {
		attempt := fmt.Sprint(len(s.Failures) + 1)
		if s.Ended.IsZero() {
			return append(rows, row{s.Tried, s.Name, attempt, s.Op, ""})
		}
		return append(rows, row{s.Ended, s.Name, attempt, s.Op, value(unwrapped(s.Result)) + r.mark(s)})
	}
	if !r.isMocked(s) {
		rows = append(rows, row{s.Started, s.Name, "", s.Op, r.awaits(v, s)})
	}
	if !s.Ended.IsZero() {
		rows = append(rows, row{s.Ended, s.Name, "", s.Op, outcome(s) + r.mark(s)})
	}
	return rows
}

func (r *Run) isMocked(s engine.Step) bool {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	return r.mocked[s.ID] != nil
}

func (r *Run) mark(s engine.Step) string {
	if r.isMocked(s) {
		return " (mock)"
	}
	return ""
}

// awaits describes the event, time or run that a step waits for, or waited for.
func (r *Run) awaits(v engine.Run, s engine.Step) string {
	text := ""
	switch s.Op {
	case wire.OpSleep:
		text = "sleeps"
	case wire.OpWaitForEvent:
		text = "waits for " + s.Awaits.Event
	case wire.OpWaitForSignal:
		text = "waits for the signal " + s.Awaits.Signal
	case wire.OpInvokeFunction:
		text = "invokes " + r.invoked(s)
	}
	if !s.Awaits.Until.IsZero() {
		text += " until " + since(v.Started, s.Awaits.Until)
	}
	return text
}

// outcome describes how a step that runs no code has ended.
func outcome(s engine.Step) string {
	switch {
	case s.Op == wire.OpSleep:
		return "woke"
	case string(s.Result) == "null" && (s.Op == wire.OpWaitForEvent || s.Op == wire.OpWaitForSignal):
		return "timed out"
	case s.Op == wire.OpWaitForEvent:
		var ev wire.Event
		_ = json.Unmarshal(s.Result, &ev) // an event, or a mock's output in its place
		return "got " + value(ev.Data)
	}
	if failed := failureOf(s.Result); failed != nil {
		return errorText(failed)
	}
	return value(unwrapped(s.Result))
}

func failureText(v engine.Run, f engine.Failure) string {
	text := errorText(f.Error)
	if f.RetryAt.After(f.Ended) {
		text += fmt.Sprintf(" (again at %s)", since(v.Started, f.RetryAt))
	}
	return text
}

// errorText returns an error without the name that the SDK gives to the errors of
// all steps.
func errorText(err *wire.StepError) string {
	if err.Name == "Step error" || err.Name == "Step failed" {
		return masked(err.Message)
	}
	return err.Name + ": " + masked(err.Message)
}

// since returns the time between start and at, in whole milliseconds.
func since(start, at time.Time) string {
	return at.Sub(start).Round(time.Millisecond).String()
}

// maxValue is the number of characters of an output that a line shows.
const maxValue = 100

func value(raw json.RawMessage) string {
	text := []rune(masked(string(raw)))
	if len(text) > maxValue {
		return string(text[:maxValue]) + "…"
	}
	return string(text)
}

// randomID matches ids that differ from test to test: ULIDs, and those of rand.Text.
var randomID = regexp.MustCompile(`\b[0-9A-Z]{26}\b`)

func masked(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return randomID.ReplaceAllString(text, "<id>")
}

// table aligns the columns of a table.
func table(cells [][]string) string {
	width := make([]int, len(cells[0]))
	for _, row := range cells {
		for i, cell := range row {
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for _, row := range cells {
		for i, cell := range row {
			row[i] = cell + strings.Repeat(" ", width[i]-len([]rune(cell)))
		}
		b.WriteString(strings.TrimRight(strings.Join(row, "  "), " ") + "\n")
	}
	return b.String()
}

// The number of lines that a failure shows at both ends of a longer timeline.
const firstLines, lastLines = 30, 15

// shortTimeline returns the timeline without the middle, if it is long.
func (r *Run) shortTimeline() string {
	text := r.Timeline()
	lines := strings.SplitAfter(text, "\n")
	out := len(lines) - firstLines - lastLines
	if out <= 1 {
		return text
	}
	return strings.Join(lines[:firstLines], "") +
		fmt.Sprintf("… %d more lines; run.Timeline() has them all …\n", out) +
		strings.Join(lines[firstLines+out:], "")
}
