package inngesttest

import "fmt"

// String returns the fault as Go code, without how often it happens, and the place
// of that code.
func (f *Fault) String() string {
	s := fmt.Sprintf("env.Inject(%s)", f.kind)
	if f.function != "" {
		s += fmt.Sprintf(".In(%q)", f.function)
	}
	if f.step != "" {
		s += fmt.Sprintf(".AtStep(%q)", f.step)
	}
	return s + " at " + f.site.String()
}

// checkFaults looks for faults that never happened.
func (e *Env) checkFaults() {
	if !e.checks(CheckFaults) {
		return
	}
	for _, f := range e.faults {
		if !f.happened && !f.optional {
			e.problemf("%s never happened\n\t%s", f, e.whyNeverHappened(f))
		}
	}
}

func (e *Env) whyNeverHappened(f *Fault) string {
	switch {
	case f.times == 0:
		return "Times(0) means that it never happens; remove it, or write a larger number"
	case f.function != "" && !hasFunction(e.app, f.function):
		return noFunction(e.app, f.function)
	case f.kind == RefusedSends:
		return "the app sent nothing that it could refuse; inject it before the app sends"
	case f.step == "":
		return "there was no call that it could happen to; inject it before the call that runs the function, such as env.Trigger"
	}
	if why := e.noStep(f.step); why != "" {
		return why
	}
	return "no call ran its step; inject it before the call that runs the function, at a step that runs code and has no mock"
}
