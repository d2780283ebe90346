package inngesttest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// passed says why a mock has not answered a step of its id.
type passed struct {
	by       *Mock  // another mock answered
	function string // the step was in this function, and In names another
	uses     int    // of the step's id in a run, and AtIndex names another
}

// mockOf returns the first mock that answers a step. It notes in the other mocks of
// the step why they do not. The caller holds the lock.
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

// answers reports whether the mock still answers.
func (m *Mock) answers() bool { return m.answer != nil && (m.times < 0 || m.asked < m.times) }

// checkMocks looks for mocks that never answered a step.
func (e *Env) checkMocks() {
	if !e.checks(CheckMocks) {
		return
	}
	for _, m := range e.mocks {
		switch {
		case m.answer == nil:
			e.problemf("%s has no answer\n\tadd .Returns(…), .Fails(…) or .Does(…)", m)
		case m.asked == 0 && !m.optional:
			e.problemf("%s was never used\n\t%s", m, e.whyNeverAsked(m))
		}
	}
}

func (e *Env) whyNeverAsked(m *Mock) string {
	switch p := m.passed; {
	case m.times == 0:
		return "Times(0) means that it never answers; remove it, or write a larger number"
	case m.function != "" && !hasFunction(e.app, m.function):
		return noFunction(e.app, m.function)
	case p.by != nil && p.by.times >= 0:
		return fmt.Sprintf("%s answered first, each time that the step came up; remove one of the two", p.by)
	case p.by != nil:
		return fmt.Sprintf("%s answers in its place; limit that one with Times, or remove this one", p.by)
	case p.uses > 0 && p.uses <= m.index:
		return fmt.Sprintf("the last use of its step in a run has the index %d, counted from zero", p.uses-1)
	case p.function != "":
		return fmt.Sprintf("its step is in %s, and In names another function", p.function)
	}
	if why := e.noStep(m.name); why != "" {
		return why
	}
	return "its step ran before the mock was created; create the mock before the call that runs the function, such as env.Trigger"
}

// noStep says that no run had a step with a name, and lists the names that there
// were. It returns nothing if there was such a step.
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
		return "the functions that ran took no steps; a call of step.Run with a context other than the function's, such as context.Background(), is not a step"
	case slices.Contains(seen, fmt.Sprintf("%q", name)):
		return ""
	}
	return "the runs have the steps " + strings.Join(seen, ", ") + "; fix the id (or add .Optional())"
}
