package inngestkit

import (
	"context"
	"runtime"
	"strings"

	"github.com/inngestkit/inngestkit/internal/seam"
)

// stepContext is the context of a function that a test calls directly. It
// answers the SDK's own steps with the sender in the context, and refuses what
// a run would.
type stepContext struct {
	context.Context
	by seam.Direct
}

type directKey struct{}

func (c stepContext) Value(key any) any {
	switch key {
	case directKey{}:
		return c.by
	case senderKey:
		if sender := senderFrom(c.Context); sender != nil {
			return sdkSender{func(ctx context.Context, events []Event) ([]string, error) { return sender.Send(ctx, events...) }}
		}
	case managerKey:
		if step := stepOnStack(); step != "" {
			c.by.Refuse(step)
		}
	}
	return c.Context.Value(key)
}

// stepOnStack is the function of the SDK's steps that is looking for a run; it
// is empty for step.Run, and for those that go by it.
func stepOnStack() string {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	found := ""
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		name, ok := strings.CutPrefix(f.Function, framesOfSteps)
		name, _, _ = strings.Cut(name, "[")
		switch {
		case ok && name == "Run":
			return ""
		case ok:
			found = name
		case found != "":
			return found
		}
	}
	return found
}

func withSteps(ctx context.Context, by seam.Direct) context.Context { return stepContext{ctx, by} }

// outside holds where a function that a test calls directly is between steps.
func outside(ctx context.Context) bool {
	by, ok := ctx.Value(directKey{}).(seam.Direct)
	return ok && by.Outside()
}
