package inngesttest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// passed is what has kept a mock from answering its step.
type passed struct {
	by       *Mock  // that answered before it
	function string // the step was in, and In names another
	uses     int    // of the step's id in a run, if AtIndex names another
}

// mockOf is the first mock that answers a step. What the others were passed
// over for is noted. The caller holds the lock.
func (e *Env) mockOf(s engine.StepCall, own string) *Mock {
	var found *Mock
	for _, m := range e.mocks {
		switch {
		case m.name != s.Name:
		case m.function != "" && !e.means(m.function, s.FunctionID):
			m.passed.function = own
		case m.index >= 0 && m.index != s.Index:
			m.passed.uses = max(m.passed.uses, s.Index+1)
		case found != nil:
			m.passed.by = found
		case m.answers():
			found = m
		}
	}
	return found
}

// answers reports whether the mock has something to say, still.
func (m *Mock) answers() bool { return m.answer != nil && (m.times < 0 || m.asked < m.times) }

// checkMocks looks for mocks that were never asked.
func (e *Env) checkMocks() {
	if !e.checks(CheckMocks) {
		return
	}
	for _, m := range e.mocks {
		switch {
		case m.answer == nil:
			e.problemf("%s says nothing about what the step comes to\n\tadd .Returns(…), .Fails(…) or .Does(…)", m)
		case m.asked == 0 && !m.optional:
			e.problemf("%s was never asked\n\t%s", m, e.whyNeverAsked(m))
		}
	}
}

func (e *Env) whyNeverAsked(m *Mock) string {
	switch p := m.passed; {
	case m.times == 0:
		return "Times(0) lets it answer never; remove it, or let it answer once or more"
	case m.function != "" && !hasFunction(e.app, m.function):
		return noFunction(e.app, m.function)
	case p.by != nil && p.by.times >= 0:
		return fmt.Sprintf("%s answered before it, as often as the step came up; remove one of the two", p.by)
	case p.by != nil:
		return fmt.Sprintf("%s answered in its place; limit that one with Times, or remove this one", p.by)
	case p.uses > 0 && p.uses <= m.index:
		return fmt.Sprintf("the last use of its step in a run was AtIndex(%d), counted from zero", p.uses-1)
	case p.function != "":
		return fmt.Sprintf("its step was there in %s, and In leaves that out", p.function)
	}
	if why := e.noStep(m.name); why != "" {
		return why
	}
	return "its step was there before the mock was; write the mock before what runs the function, such as env.Trigger"
}

// noStep says that there was no such step, if that is so, and helps to find
// the name that was meant.
func (e *Env) noStep(name string) string {
	var seen []string
	for _, run := range e.began {
		for _, s := range run.view().Steps {
			if quoted := fmt.Sprintf("%q", s.Name); !slices.Contains(seen, quoted) {
				seen = append(seen, quoted)
			}
		}
	}
	switch {
	case len(e.began) == 0:
		return "no function ran; is an env.Trigger missing?"
	case len(seen) == 0:
		return "the functions that ran took no steps; one on a context that is not the function's, such as context.Background(), is none"
	case slices.Contains(seen, fmt.Sprintf("%q", name)):
		return ""
	}
	return "the steps that were there are " + strings.Join(seen, ", ") + "; mend the id (or add .Optional())"
}
