package declare

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// Policy decides about a run whose event is invalid. Its values are those of
// inngestkit.InvalidPolicy.
type Policy int

// Policies.
const (
	Fail Policy = iota
	Warn
	Skip
)

// Function is a function as NewFunction or Adopt was given it.
type Function struct {
	Opts    inngestgo.FunctionOpts
	Trigger sdk.Trigger
	// Events are the definitions that the trigger knows.
	Events []*Event
	Shell  Shell
	Site   string

	// Filters are the expressions of WithIf that no trigger has taken yet.
	Filters []string

	Timeout   time.Duration
	OnInvalid Policy
	Failure   *Function // the failure handler, or nil

	// Mistakes are reported by Check, once the function's place is known.
	Mistakes, TriggerMistakes []mistake.Report

	// AdoptedFrom is the full id under which inngestgo knew an adopted
	// function.
	AdoptedFrom string
}

// Mistake adds a mistake in a field for Check to report.
func (f *Function) Mistake(field string, given any, problem, fix string, args ...any) {
	f.Mistakes = append(f.Mistakes, mistake.Later(field, given, problem, fix, args...))
}

// Where names the function and its place.
func (f *Function) Where() string { return fmt.Sprintf("function %q (%s)", f.Opts.ID, f.Site) }

// FullID is the function's id in an app.
func (f *Function) FullID(appID string) string { return appID + "-" + f.Opts.ID }

// Primary returns the definition of the function's only event trigger, or nil.
func (f *Function) Primary() *Event {
	if len(f.Events) == 1 && len(f.Trigger.Triggers()) == 1 {
		return f.Events[0]
	}
	return nil
}

// Wildcard reports whether a trigger of the function matches several events.
func (f *Function) Wildcard() bool {
	return slices.ContainsFunc(f.Trigger.Triggers(), func(t inngestgo.Trigger) bool {
		return t.EventTrigger != nil && Wildcard(t.Event)
	})
}

// Validator returns the validator of the function's own definition, or of one
// of them with the handler's type, for events without a definition.
func (f *Function) Validator() *validate.Validator {
	if primary := f.Primary(); primary != nil {
		return primary.Validator()
	}
	for _, e := range f.Events {
		if e.Type == f.Shell.DataType() {
			return e.Validator()
		}
	}
	return validate.Default()
}

// Check adds the function's mistakes for an app, and reports whether the
// function is whole enough to be registered.
func (f *Function) Check(l *mistake.List, appID string) bool {
	where := f.Where()
	for _, report := range f.Mistakes {
		report(l, where)
	}
	if len(f.Filters) > 0 {
		l.Add(mistake.Of("WithIf", where), f.Filters[0], "it is an option of EventType.Function", "write the expression in the trigger: OrderCreated.Trigger(inngestkit.If(…))")
	}
	if adopted, ok := f.Shell.(*adoptedShell); ok {
		if err := adopted.adoptable(); err != nil || !adopted.fn.IsValid() {
			if err != nil {
				l.Add(where, "", err.Error(), "create it with inngestgo.CreateFunction")
			}
			return false
		}
	}
	switch {
	case f.Opts.ID == "":
		l.Add(where, "", "a function needs an id", `write inngestgo.FunctionOpts{ID: "send-welcome-email"}`)
	case !settings.ValidID(f.Opts.ID):
		l.Add(mistake.Of("ID", where), f.Opts.ID, fmt.Sprintf("an id holds no spaces and at most %d characters", wire.MaxIDBytes), "write %q", settings.SuggestID(f.Opts.ID))
	}
	if f.Trigger == nil {
		l.Add(where, "", "its trigger is nil", `write OrderCreated.Trigger() or Cron("0 9 * * *")`)
		return false
	}
	f.checkTriggers(l, where)
	checkOptions(l, where, f.Opts)
	f.checkType(l)
	f.checkFit(l)
	if f.AdoptedFrom != "" && f.AdoptedFrom != f.FullID(appID) {
		l.Add(where, f.AdoptedFrom, "it was created by a client with another app id, and its running runs would lose it", "write Config{AppID: …} as that client had it")
	}
	return true
}

// checkType checks the tags of the handler's type, unless its definition's
// check does.
func (f *Function) checkType(l *mistake.List) {
	t := f.Shell.DataType()
	if primary := f.Primary(); primary == nil || t != primary.Type {
		checkDataType(l, f.Where(), t, f.Validator())
	}
}

// FailureSuffix makes a failure handler's id from its function's, as the other
// SDKs do.
const FailureSuffix = "-failure"

// FailureIn returns the failure handler as it is registered in an app.
func (f *Function) FailureIn(appID string) *Function {
	failure := *f.Failure
	name := f.Opts.Name
	if name == "" {
		name = f.Opts.ID
	}
	expr := fmt.Sprintf("event.data.function_id == %q", f.FullID(appID))
	failure.Opts = inngestgo.FunctionOpts{ID: f.Opts.ID + FailureSuffix, Name: name + " (failure)"}
	failure.Trigger = inngestgo.EventTrigger(wire.EventFunctionFailed, &expr)
	failure.Timeout = f.Timeout
	return &failure
}

// CallSite names the file and line that called an exported function; skip is 2
// for the caller of the function that calls CallSite.
func CallSite(skip int) string {
	_, file, line, ok := runtime.Caller(skip)
	if !ok {
		return "an unknown place"
	}
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		if j := strings.LastIndexByte(file[:i], '/'); j >= 0 {
			file = file[j+1:]
		}
	}
	return fmt.Sprintf("%s:%d", file, line)
}
