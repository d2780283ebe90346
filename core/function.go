package inngestkit

import (
	"reflect"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/internal/sdk"
)

// Function is a durable function, declared without an app and registered
// with one. It is immutable and may be registered with several apps.
type Function struct{ spec *declare.Function }

// Source is anything that has functions to register: a service, or a
// [Function] itself.
type Source interface {
	Functions() []Function
}

// Functions makes a Function a [Source].
func (f Function) Functions() []Function { return []Function{f} }

// ID returns the function's own id, without the app's.
func (f Function) ID() string {
	if f.spec == nil {
		return ""
	}
	return f.spec.Opts.ID
}

// Name returns the function's display name, or its id if it has none.
func (f Function) Name() string {
	if f.spec == nil || f.spec.Opts.Name == "" {
		return f.ID()
	}
	return f.spec.Opts.Name
}

// Triggers returns the triggers as they are registered.
func (f Function) Triggers() []inngestgo.Trigger {
	if f.spec == nil || f.spec.Trigger == nil {
		return nil
	}
	return f.spec.Trigger.Triggers()
}

// NewFunction declares a function with inngestgo's own options and handler
// type. T is the type of its events' data: the type of the trigger's
// definition, a map, or the handler's own type, which its events must then
// satisfy too. [App.Register] reports mistakes.
func NewFunction[T any](
	opts inngestgo.FunctionOpts,
	trigger Triggerable,
	handler inngestgo.SDKFunction[T],
	options ...FunctionOption,
) Function {
	spec := newSpec(opts, trigger, declare.Typed(handler), declare.CallSite(2))
	apply(spec, options)
	if handler == nil {
		spec.Mistake("", "", "its handler is nil", "pass a func(ctx context.Context, in inngestgo.Input[%s]) (any, error)", reflect.TypeFor[T]())
	}
	return Function{spec}
}

// Function declares a function that events of this type start, like
// [NewFunction] with [EventType.Trigger]. The handler takes events of this very
// type: another one does not compile. [WithIf] starts the function on some of
// the events only.
func (e EventType[T]) Function(opts inngestgo.FunctionOpts, handler inngestgo.SDKFunction[T], options ...FunctionOption) Function {
	spec := newSpec(opts, e.Trigger(), declare.Typed(handler), declare.CallSite(2))
	apply(spec, options)
	if len(spec.Filters) > 0 {
		filters := make([]Filter, len(spec.Filters))
		for i, expr := range spec.Filters {
			filters[i] = If(expr)
		}
		t := e.Trigger(filters...)
		spec.Trigger, spec.Events, spec.TriggerMistakes = t, t.events, t.mistakes
		spec.Filters = nil
	}
	if handler == nil {
		spec.Mistake("", "", "its handler is nil", "pass a func(ctx context.Context, in inngestgo.Input[%s]) (any, error)", reflect.TypeFor[T]())
	}
	return Function{spec}
}

// WithIf starts a function on the events that match a CEL expression, as [If]
// does. It is an option of [EventType.Function]; given several times, all must
// match. For other functions, write the If in the trigger.
func WithIf(expr string) FunctionOption {
	return func(f *declare.Function) { f.Filters = append(f.Filters, expr) }
}

func newSpec(opts inngestgo.FunctionOpts, trigger Triggerable, shell declare.Shell, site string) *declare.Function {
	spec := &declare.Function{Opts: opts, Shell: shell, Site: site}
	if trigger != nil {
		spec.Trigger = sdk.Trigger(trigger)
	}
	if own, ok := trigger.(Trigger); ok {
		spec.Events, spec.TriggerMistakes = own.events, own.mistakes
	}
	return spec
}

func apply(spec *declare.Function, options []FunctionOption) {
	for _, option := range options {
		option(spec)
	}
}

// FunctionOption is an option of [NewFunction], [EventType.Function] and
// [Adopt].
type FunctionOption func(*declare.Function)

// WithCallTimeout bounds one call of the function and wins over
// [Config.CallTimeout]. A call that exceeds it is answered with a retriable
// error; finished steps are kept.
func WithCallTimeout(d time.Duration) FunctionOption {
	return func(f *declare.Function) {
		f.Timeout = d
		if d <= 0 {
			f.Mistake("WithCallTimeout", d, "a timeout must be positive", "write WithCallTimeout(5*time.Minute), or leave it out")
		}
	}
}

// InvalidPolicy decides about a run whose event is invalid.
type InvalidPolicy int

// Policies. The zero policy is InvalidFail.
const (
	// InvalidFail fails the run, without retries, with an error that names
	// the fields.
	InvalidFail InvalidPolicy = iota
	// InvalidWarn logs the fields and runs the function anyway. Data that does
	// not fit the type at all still fails: the function could not be given it.
	InvalidWarn
	// InvalidSkip logs the fields and completes the run without running the
	// function. From a batch only the invalid events are left out.
	InvalidSkip
)

// WithOnInvalid sets the policy for invalid events. Defaults to [InvalidFail].
func WithOnInvalid(p InvalidPolicy) FunctionOption {
	return func(f *declare.Function) {
		f.OnInvalid = declare.Policy(p)
		if p < InvalidFail || p > InvalidSkip {
			f.Mistake("WithOnInvalid", int(p), "there is no such policy", "write WithOnInvalid(inngestkit.InvalidFail), InvalidWarn or InvalidSkip")
		}
	}
}
