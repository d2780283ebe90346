package application

import (
	"fmt"
	"iter"
	"maps"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// Known checks definitions and returns them by name.
func Known(l *mistake.List, events []*declare.Event) map[string]*declare.Event {
	known := map[string]*declare.Event{}
	for _, e := range events {
		learn(known, l, e)
	}
	return known
}

// Register adds functions: all of them, or none if there is a mistake. An error
// is the SDK's.
func (a *App) Register(l *mistake.List, specs iter.Seq[*declare.Function]) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	known := maps.Clone(a.known)
	var added []*call.Function
	for spec := range specs {
		if !spec.Check(l, a.Settings.AppID) {
			continue
		}
		added = append(added, a.calls.NewFunction(spec))
		if spec.Failure != nil {
			added = append(added, a.calls.NewFunction(spec.FailureIn(a.Settings.AppID)))
		}
	}
	a.checkDuplicates(l, added)
	for _, f := range added {
		for _, e := range f.Events {
			learn(known, l, e)
		}
	}
	if len(l.All) > 0 {
		return nil
	}
	for _, f := range added {
		if err := connect(f); err != nil {
			return fmt.Errorf("inngestkit: %s: %w", f.Where(), err)
		}
	}
	a.known = known
	for _, f := range added {
		a.functions[f.ID] = f
		a.informOfRetries(f)
		for _, misfit := range f.Misfits() {
			a.Settings.Logger.Warn("inngestkit: "+misfit, "function", f.Where())
		}
	}
	return nil
}

func connect(f *call.Function) error {
	if err := f.Connect(); err != nil {
		return err
	}
	return f.Configure()
}

func (a *App) checkDuplicates(l *mistake.List, added []*call.Function) {
	seen := map[string]string{}
	for _, f := range a.functions {
		seen[f.ID] = f.Where()
	}
	for _, f := range added {
		if first, ok := seen[f.ID]; ok {
			l.Add(f.Where(), "", fmt.Sprintf("its id is taken by %s", first), "give each function its own id; %q belongs to failure handlers", declare.FailureSuffix)
			continue
		}
		seen[f.ID] = f.Where()
	}
}

// learn checks a definition and makes it the one of its name.
func learn(known map[string]*declare.Event, l *mistake.List, e *declare.Event) {
	declare.Events.Check(l, e)
	if declare.Wildcard(e.Name) {
		return
	}
	if first, ok := known[e.Name]; ok && first.Type != e.Type {
		l.Add(e.Where(), "", fmt.Sprintf("it is %s here and %s at %s", e.Type, first.Type, first.Site), "define an event once and share the variable")
		return
	}
	known[e.Name] = e
}

// WarnOfOthers warns of bad definitions that are not the app's own. Another
// app of the process may need them, and then refuses them.
func (a *App) WarnOfOthers() {
	var others mistake.List
	a.mu.RLock()
	declare.Events.CheckOthers(&others, func(e *declare.Event) bool { return a.known[e.Name] == e })
	a.mu.RUnlock()
	for _, m := range others.All {
		a.Settings.Logger.Warn("inngestkit: an event definition in this process is wrong; an app that uses it will be refused", "where", m.Where, "problem", m.Problem, "fix", m.Fix)
	}
}

// informOfRetries says once that an ordinary deploy can fail runs without
// retries.
func (a *App) informOfRetries(f *call.Function) {
	if f.Opts.Retries == nil || *f.Opts.Retries != 0 {
		return
	}
	a.noRetries.Do(func() {
		a.Settings.Logger.Info("inngestkit: a function without retries fails when its call meets an instance that shuts down; set Config.DrainDelay to the load balancer's period, or allow a retry", "function", f.Where())
	})
}
