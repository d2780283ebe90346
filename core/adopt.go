package inngestkit

import (
	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/declare"
)

// Adopt makes a [Function] of one already created with
// inngestgo.CreateFunction, so that a team can move one at a time. It keeps its
// id, options, triggers and handler. Its client must have had the app's id, or
// running runs would lose their function; [App.Register] reports that.
func Adopt(fn inngestgo.ServableFunction, options ...FunctionOption) Function {
	spec := &declare.Function{Shell: declare.Adopted(fn), Trigger: Trigger{}, Site: declare.CallSite(2)}
	if fn == nil || fn.Func() == nil {
		spec.Mistake("", "", "Adopt was given no function", "pass the result of inngestgo.CreateFunction")
		return Function{spec}
	}
	spec.Opts = fn.Config()
	spec.Opts.Name = fn.Name()
	spec.Trigger = fn.Trigger()
	spec.AdoptedFrom = fn.FullyQualifiedID()
	apply(spec, options)
	return Function{spec}
}
