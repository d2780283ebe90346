package inngesttest

import (
	"fmt"
	"strings"

	"github.com/inngest/inngestgo"
)

// call asks the mock in a new goroutine. If the mock's code calls t.Fatal or
// panics, only that goroutine ends, and the step fails.
func (m *Mock) call(in StepInput) (output any, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		left := true
		defer func() {
			switch p := recover(); {
			case p != nil:
				err = m.broke("panicked at %s: %v", panicSite(), p)
			case left:
				err = m.broke("called t.Fatal, t.FailNow, t.Skip or runtime.Goexit\n\tit runs in a goroutine other than the test's: return an error, or write t.Error")
			}
		}()
		output, err = m.answer(in)
		left = false
	}()
	<-done
	return output, err
}

// broke notes a problem of the mock's code, and returns the error that its step
// fails with.
func (m *Mock) broke(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	m.env.problemf("%s %s", m, what)
	first, _, _ := strings.Cut(what, "\n")
	return inngestgo.NoRetryError(fmt.Errorf("its mock %s", first))
}
