package inngesttest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// explain notes why a call failed, beyond the error in its response.
func (e *Env) explain(d *delivery, res *http.Response, answer []byte) {
	var failed wire.CallError
	note := ""
	switch {
	case res.Header.Get(wire.HeaderSDK) == "":
		note = fmt.Sprintf("the response to POST %s, with status %d, is not from the app's webhook: either middleware has responded, or the webhook has another path\n\twrite env.UseRouter(router, path) with its path", res.Request.URL.Path, res.StatusCode)
	case res.StatusCode < http.StatusBadRequest || json.Unmarshal(answer, &failed) != nil:
	case failed.Name == "PanicError":
		note = panicNote(failed.Stack)
	default:
		e.checkFit(d, failed.Message)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	d.run.note = note
}

// checkFit looks for the mock or the stored step whose output a function could not
// read, by the name in the SDK's error.
func (e *Env) checkFit(d *delivery, message string) {
	name, why, ok := sdk.Unreadable(message)
	if !ok {
		return
	}
	e.mu.Lock()
	steps := slices.SortedFunc(maps.Values(d.run.steps), func(a, b engine.StepCall) int { return cmp.Compare(b.Index, a.Index) })
	i := slices.IndexFunc(steps, func(s engine.StepCall) bool {
		return d.run.mocked[s.ID] != nil && (s.Name == name || bytes.Contains(s.Opts, []byte(strconv.Quote(name))))
	})
	var m *Mock
	if i >= 0 {
		m = d.run.mocked[steps[i].ID]
	}
	e.mu.Unlock()
	stored := slices.IndexFunc(d.run.stored, func(s *storedStep) bool { return s.Name == name })
	switch {
	case m != nil:
		e.problemf("%s: its output does not fit the step's type%s", m, why)
	case stored >= 0:
		e.problemf("%s: its output does not fit the step's type%s", d.run.stored[stored], why)
	default:
		return
	}
	d.run.trail.broken = true
}

// panicNote names the place of a panic, from the stack of the goroutine that
// recovered it. If a branch of group.Parallel panics, the group panics again with the
// same value (inngestgo v0.16.0), so only the place of the group is known.
func panicNote(stack string) string {
	note := "it panicked at %s"
	_, after, _ := strings.Cut(stack, "\npanic(")
	lines := strings.Split(after, "\n")
	for i := 2; i+1 < len(lines); i += 2 { // a function, and its file and line
		file, rest, ok := strings.Cut(strings.TrimSpace(lines[i+1]), ".go:")
		digits, _, _ := strings.Cut(rest, " ")
		line, err := strconv.Atoi(digits)
		switch file += ".go"; {
		case !ok || err != nil || inGoRoot(lines[i], file):
		case sdk.IsGroup(lines[i]):
			note = "a branch of the group.Parallel at %s panicked"
		case !ours(lines[i]):
			return fmt.Sprintf(note, &site{file: file, line: line})
		}
	}
	return ""
}
