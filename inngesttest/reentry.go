package inngesttest

import (
	"strings"

	"github.com/inngestkit/inngestkit/internal/sdk"
)

// refuseReentry fails the test if a function or a mock waits until the functions are
// idle: it would wait for itself.
func (e *Env) refuseReentry() {
	e.t.Helper()
	if method, at := reentry(); method != "" {
		e.t.Fatalf("inngesttest: %s was called at %s inside a function, a step or a mock, and would wait for that to end\n\tcall it when Trigger has returned; to send an event from a function, write its durable form, such as OrderCreated.Send(ctx, \"step-id\", data)", method, at)
	}
}

// reentry returns the name of the method of this package that a function or a mock
// has called, with the place of the call. For other callers it returns "".
func reentry() (method string, at *site) {
	for f := range sdk.Frames(1) {
		switch {
		case at == nil && ours(f.Function):
			method = f.Function[strings.LastIndex(f.Function, ".")+1:]
		case at == nil:
			at = &site{file: f.File, line: f.Line}
		case runsUser(f.Function):
			return method, at
		}
	}
	return "", nil
}
