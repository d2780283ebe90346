package inngesttest

import "fmt"

// String is how the fault was written, as far as it says where it is to
// happen, and where.
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
		return "Times(0) lets it happen never; remove it, or let it happen once or more"
	case f.function != "" && !hasFunction(e.app, f.function):
		return noFunction(e.app, f.function)
	case f.kind == RefusedSends:
		return "nothing was sent that it could refuse; write it before what sends"
	case f.step == "":
		return "no call was made that it could happen to; write it before what runs the function, such as env.Trigger"
	}
	if why := e.noStep(f.step); why != "" {
		return why
	}
	return "no call ran its step; write it before what runs the function, and at a step that runs code and is not mocked"
}
