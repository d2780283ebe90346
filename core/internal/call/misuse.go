package call

import "net/http"

// misuse is a way of writing a function that fights the SDK's control flow.
// docs/reliability.md lists them.
type misuse struct{ name, message string }

var (
	stepInGoroutine = &misuse{"StepInGoroutine",
		"a step was taken in a goroutine that the function started, where the SDK could not have left it; take steps in the function's own goroutine, or side by side with group.Parallel (goroutines inside one step's code are fine)"}
	nestedStep = &misuse{"NestedStep",
		"a step was taken inside another step's code, which would run again for each such step; take it after the other has returned"}
	stepLeft = &misuse{"StepLeft",
		"a step's code was left by a panic that the function recovered from, or by runtime.Goexit, so the step would run again at each call; recover inside the step and return an error"}
	functionLeft = &misuse{"GoexitError",
		"the function was left by runtime.Goexit, which t.FailNow calls too; return an error"}
	stepOnEndedContext = &misuse{"StepOnEndedContext",
		"a step was taken on a context that had ended, by a deadline or a cancel that the function set, so that it was not run; give steps the function's context, and set deadlines inside them"}
	stepAfterReturn = &misuse{"StepAfterReturn",
		"a step was taken in a goroutine after its function had returned; it was not run"}
)

// answer reports the misuse to Inngest, which retries the call, so that a
// deployed correction saves the run.
func (m *misuse) answer(c *Call) Answer {
	m.log(c)
	return *Failure(http.StatusInternalServerError, m.name, m.message)
}

func (m *misuse) log(c *Call) { c.logger.Error("inngestkit: "+m.message, "error", m.name) }
