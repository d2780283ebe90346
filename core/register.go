package inngestkit

import (
	"fmt"
	"maps"
)

// Register adds functions. It adds all of them or, with every mistake joined
// in one error of *ConfigError, none.
func (a *App) Register(sources ...Source) error {
	m := &mistakes{}
	definitions.check(m)

	a.mu.Lock()
	defer a.mu.Unlock()
	known := maps.Clone(a.known)
	var added []*function
	for i, source := range sources {
		if source == nil {
			m.add("Register", "", fmt.Sprintf("source %d is nil", i), "pass functions, or anything with Functions() []Function")
			continue
		}
		for _, fn := range source.Functions() {
			if fn.spec == nil {
				m.add("Register", "", fmt.Sprintf("source %d has an empty Function", i), "make functions with NewFunction or Adopt")
				continue
			}
			added = append(added, a.prepare(m, fn.spec)...)
		}
	}
	a.checkDuplicates(m, added)
	for _, f := range added {
		for _, d := range f.definitions() {
			learn(known, m, d)
		}
	}
	if err := m.err(); err != nil {
		return err
	}
	for _, f := range added {
		if err := f.bind(); err != nil {
			return fmt.Errorf("inngestkit: %s: %w", f.spec.where(), err)
		}
	}
	a.known = known
	for _, f := range added {
		a.functions[f.fullID] = f
	}
	return nil
}

// prepare checks a function and returns it, followed by its failure handler.
func (a *App) prepare(m *mistakes, spec *functionSpec) []*function {
	where := spec.where()
	for _, report := range spec.mistakes {
		report(m, where)
	}
	if adopted, ok := spec.shell.(*adoptedShell); ok {
		if err := adopted.adoptable(); err != nil || !adopted.fn.IsValid() {
			if err != nil {
				m.add(where, "", err.Error(), "create it with inngestgo.CreateFunction")
			}
			return nil
		}
	}
	switch {
	case spec.opts.ID == "":
		m.add(where, "", "a function needs an id", `write inngestgo.FunctionOpts{ID: "send-welcome-email"}`)
	case !validID(spec.opts.ID):
		m.add(of("ID", where), spec.opts.ID, "an id holds no spaces and at most 128 characters", "write %q", suggestID(spec.opts.ID))
	}
	if spec.trigger == nil {
		m.add(where, "", "its trigger is nil", `write OrderCreated.Trigger() or Cron("0 9 * * *")`)
		return nil
	}
	checkTriggers(m, where, spec.trigger)
	checkOptions(m, where, spec.opts)
	f := a.newFunction(spec)
	f.checkType(m)
	if spec.adoptedFrom != "" && spec.adoptedFrom != f.fullID {
		m.add(where, spec.adoptedFrom, "it was created by a client with another app id, and its running runs would lose it", "write Config{AppID: …} as that client had it")
	}
	fns := []*function{f}
	if spec.failure != nil {
		fns = append(fns, a.newFunction(failureFor(spec, f.fullID)))
	}
	return fns
}

func (a *App) newFunction(spec *functionSpec) *function {
	f := &function{app: a, spec: spec, fullID: a.settings.AppID + "-" + spec.opts.ID, onInvalid: spec.onInvalid}
	if defs := f.definitions(); len(defs) == 1 && len(spec.trigger.Triggers()) == 1 {
		f.primary = defs[0]
	}
	return f
}

// definitions are those that the function's own trigger knows.
func (f *function) definitions() []*definition {
	if own, ok := f.spec.trigger.(Trigger); ok {
		return own.defs
	}
	return nil
}

// checkType checks the tags of the handler's type, unless a definition has
// had them checked.
func (f *function) checkType(m *mistakes) {
	t := f.spec.shell.dataType()
	if f.primary == nil || t != f.primary.typ {
		checkDataType(m, f.spec.where(), t, f.validator())
	}
}

func (a *App) checkDuplicates(m *mistakes, added []*function) {
	seen := map[string]string{}
	for _, f := range a.functions {
		seen[f.fullID] = f.spec.where()
	}
	for _, f := range added {
		if first, ok := seen[f.fullID]; ok {
			m.add(f.spec.where(), "", fmt.Sprintf("its id is taken by %s", first), "give each function an id of its own; %q belongs to failure handlers", failureSuffix)
			continue
		}
		seen[f.fullID] = f.spec.where()
	}
}

func (a *App) learn(m *mistakes, d *definition) { learn(a.known, m, d) }

// learn makes a definition the one of its name.
func learn(known map[string]*definition, m *mistakes, d *definition) {
	if d == nil || wildcard(d.name) {
		return
	}
	if first, ok := known[d.name]; ok && first.typ != d.typ {
		m.add(d.where(), "", fmt.Sprintf("it is %s here and %s at %s", d.typ, first.typ, first.site), "define an event once and share the variable")
		return
	}
	known[d.name] = d
}
