package inngestkit

import (
	"fmt"
	"reflect"
	"time"

	"github.com/inngest/inngestgo"
)

// Function is a durable function, declared without an app and registered
// with one. It is immutable and may be registered with several apps.
type Function struct{ spec *functionSpec }

// Source is anything that has functions to register: a service, or a
// Function itself.
type Source interface {
	Functions() []Function
}

// Functions makes a Function a Source.
func (f Function) Functions() []Function { return []Function{f} }

// ID is the function's own id, without the app's.
func (f Function) ID() string {
	if f.spec == nil {
		return ""
	}
	return f.spec.opts.ID
}

// Name is the function's display name; it defaults to the id.
func (f Function) Name() string {
	if f.spec == nil || f.spec.opts.Name == "" {
		return f.ID()
	}
	return f.spec.opts.Name
}

// Triggers are the triggers as they are registered.
func (f Function) Triggers() []inngestgo.Trigger {
	if f.spec == nil || f.spec.trigger == nil {
		return nil
	}
	return f.spec.trigger.Triggers()
}

// functionSpec is what NewFunction or Adopt was given, types erased.
type functionSpec struct {
	opts    inngestgo.FunctionOpts
	trigger Triggerable
	shell   shell
	site    string

	timeout   time.Duration
	onInvalid InvalidPolicy
	failure   *functionSpec
	mistakes  []func(m *mistakes, where string)

	// adoptedFrom is the full id under which inngestgo knew an adopted
	// function.
	adoptedFrom string
}

// NewFunction declares a function with inngestgo's own options and handler
// type. T is the type of its events' data: the type of the trigger's
// definition, a map, or a type of the handler's own, which its events must
// then satisfy too. Mistakes are reported by Register.
func NewFunction[T any](
	opts inngestgo.FunctionOpts,
	trigger Triggerable,
	handler inngestgo.SDKFunction[T],
	options ...FunctionOption,
) Function {
	spec := &functionSpec{opts: opts, trigger: trigger, site: callSite(2)}
	spec.shell = &typedShell[T]{handler: handler, read: decoder[inngestgo.GenericEvent[T]]()}
	for _, option := range options {
		option(spec)
	}
	if handler == nil {
		spec.mistake("", "", "its handler is nil", "pass a func(ctx context.Context, in inngestgo.Input[%s]) (any, error)", reflect.TypeFor[T]())
	}
	return Function{spec}
}

// mistake is reported once the app knows where: by Register.
func (s *functionSpec) mistake(field string, given any, problem, mend string, args ...any) {
	s.mistakes = append(s.mistakes, func(m *mistakes, where string) {
		m.add(of(field, where), given, problem, mend, args...)
	})
}

func (s *functionSpec) where() string { return fmt.Sprintf("function %q (%s)", s.opts.ID, s.site) }

// of names a part of the function or event at fault.
func of(part, where string) string {
	if part == "" {
		return where
	}
	return part + " of " + where
}

// FunctionOption is an option of NewFunction and Adopt.
type FunctionOption func(*functionSpec)

// CallTimeout bounds one call of the function and wins over
// Config.CallTimeout. A call that exceeds it is answered with a retriable
// error; steps already finished are kept.
func CallTimeout(d time.Duration) FunctionOption {
	return func(s *functionSpec) {
		s.timeout = d
		if d <= 0 {
			s.mistake("CallTimeout", d, "a timeout must be positive", "write CallTimeout(5*time.Minute), or leave it out")
		}
	}
}

// InvalidPolicy says what happens when a received event is invalid.
type InvalidPolicy int

// Policies. The zero policy is InvalidFail.
const (
	// InvalidFail fails the run, without retries, with an error that names
	// the fields.
	InvalidFail InvalidPolicy = iota
	// InvalidWarn logs the fields and runs the function all the same. Data
	// that does not fit the type at all still fails: there would be nothing
	// to run it with.
	InvalidWarn
	// InvalidSkip logs the fields and completes the run without running the
	// function. From a batch only the invalid events are left out.
	InvalidSkip
)

// OnInvalid sets the policy for invalid events. Defaults to InvalidFail.
func OnInvalid(p InvalidPolicy) FunctionOption {
	return func(s *functionSpec) {
		s.onInvalid = p
		if p < InvalidFail || p > InvalidSkip {
			s.mistake("OnInvalid", int(p), "there is no such policy", "write OnInvalid(inngestkit.InvalidFail), InvalidWarn or InvalidSkip")
		}
	}
}

// Untyped constants for inngestgo.ConfigSingleton.Mode and
// inngestgo.ConfigStepConcurrency.Scope, whose own types live in the server's
// packages.
const (
	// SingletonSkip skips a new run while one is active.
	SingletonSkip = 0
	// SingletonCancel cancels the active run in favour of the new one.
	SingletonCancel = 1

	// ScopeFunction limits each function for itself.
	ScopeFunction = 0
	// ScopeEnv limits all functions of the environment together.
	ScopeEnv = 1
	// ScopeAccount limits all functions of the account together.
	ScopeAccount = 2
)
