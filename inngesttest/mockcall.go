package inngesttest

import (
	"fmt"
	"strings"

	"github.com/inngest/inngestgo"
)

// call asks the mock in a goroutine of its own, which t.Fatal may end, and
// whose panic ends the step alone.
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
				err = m.broke("was left by t.Fatal, t.FailNow, t.Skip or runtime.Goexit\n\tit runs in another goroutine than the test's: return an error, or write t.Error")
			}
		}()
		output, err = m.answer(in)
		left = false
	}()
	<-done
	return output, err
}

// broke notes what is wrong with the mock's own code, and is what its step
// fails with.
func (m *Mock) broke(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	m.env.problemf("%s %s", m, what)
	first, _, _ := strings.Cut(what, "\n")
	return inngestgo.NoRetryError(fmt.Errorf("its mock %s", first))
}
