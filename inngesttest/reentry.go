package inngesttest

import (
	"runtime"
	"strings"
)

// refuseReentry fails the test when a function, or a mock, waits for the
// functions to come to rest: it would wait for itself.
func (e *Env) refuseReentry() {
	e.t.Helper()
	var pcs [128]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	var method, at string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		switch {
		case at == "" && ours(f.Function):
			method = f.Function[strings.LastIndex(f.Function, ".")+1:]
		case at == "":
			at = (&site{file: f.File, line: f.Line}).String()
		case runsUser(f.Function):
			e.t.Fatalf("inngesttest: %s was called at %s inside a function, a step or a mock, and would wait for that to end\n\tcall it when Trigger has returned; to send an event from a function, write its durable form, such as OrderCreated.Send(ctx, \"step-id\", data)", method, at)
		}
	}
}

// runsUser holds for the frames that call functions of the app and mocks.
func runsUser(function string) bool {
	for _, prefix := range []string{
		"github.com/inngestkit/inngestkit/core.(*function).runUser", "github.com/inngestkit/inngestkit/inngesttest.(*Mock).call",
		"github.com/inngest/inngestgo/group.",
	} {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return false
}
