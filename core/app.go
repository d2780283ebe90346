package inngestkit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/inngest/inngestgo"
)

// App holds an application's functions and its way to Inngest. Make one with
// New. It is safe for concurrent use; Register may be called while calls run.
type App struct {
	settings *settings
	sender   *eventSender
	client   inngestgo.Client
	life     lifecycle
	// framework is where the app was mounted last.
	framework atomic.Pointer[string]

	mu        sync.RWMutex
	functions map[string]*function // by full id and by own id
	known     map[string]*definition
}

// function is a registered function.
type function struct {
	app     *App
	spec    *functionSpec
	fullID  string
	primary *definition // the definition of its only event trigger
	config  functionConfig
	inner   http.Handler

	onInvalid InvalidPolicy
}

// New makes an app from c and the environment. Every mistake, also in the
// tags of any event defined in the process, is returned in one joined error
// of *ConfigError.
func New(c Config) (*App, error) {
	s, m := resolve(c)
	definitions.check(m)
	warnings := s.warnings()
	if s.Strict {
		m.errs = append(m.errs, warnings.errs...)
	}
	a := &App{settings: s, functions: map[string]*function{}, known: map[string]*definition{}}
	for _, d := range c.Events {
		if d != nil {
			a.learn(m, d.definition())
		}
	}
	if err := m.err(); err != nil {
		return nil, err
	}
	for _, w := range warnings.errs {
		s.Logger.Warn(w.Error())
	}
	if inngestgo.SDKVersion != testedSDK {
		s.Logger.Warn("inngestkit was not tested with this version of inngestgo", "version", inngestgo.SDKVersion, "tested", testedSDK)
	}
	client, err := newClient(s)
	if err != nil {
		return nil, fmt.Errorf("inngestkit: %w", err)
	}
	a.client = client
	a.sender = newEventSender(a)
	return a, nil
}

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
	switch {
	case spec.opts.ID == "":
		m.add(where, "", "a function needs an id", `write inngestgo.FunctionOpts{ID: "send-welcome-email"}`)
	case !validID(spec.opts.ID):
		m.add(where, spec.opts.ID, "an id holds no spaces and at most 128 characters", "write %q", suggestID(spec.opts.ID))
	}
	if adopted, ok := spec.shell.(*adoptedShell); ok {
		if err := adopted.adoptable(); err != nil || !adopted.fn.IsValid() {
			if err != nil {
				m.add(where, "", err.Error(), "create it with inngestgo.CreateFunction")
			}
			return nil
		}
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

// checkType holds the handler's type against its trigger's definition, and
// its tags, when no definition has had them checked.
func (f *function) checkType(m *mistakes) {
	t := f.spec.shell.dataType()
	if f.primary == nil {
		checkDataType(m, f.spec.where(), t, f.validator())
		return
	}
	if t != f.primary.typ && !wildcard(f.primary.name) && t.Kind() != f.primary.typ.Kind() {
		m.add(f.spec.where(), "", fmt.Sprintf("its handler takes %s, and %q is defined as %s", t, f.primary.name, f.primary.typ), "write inngestgo.Input[%s]", f.primary.typ)
		return
	}
	if t != f.primary.typ {
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
		m.add(fmt.Sprintf("the event %q defined at %s", d.name, d.site), "", fmt.Sprintf("it is %s here and %s at %s", d.typ, first.typ, first.site), "define an event once and share the variable")
		return
	}
	known[d.name] = d
}

// Sender sends events on behalf of the app. It is safe for concurrent use.
func (a *App) Sender() Sender { return a.sender }

// Client is the SDK's own client with the app's settings, for what this
// package has no word for.
func (a *App) Client() inngestgo.Client { return a.client }

// ID is the app's id.
func (a *App) ID() string { return a.settings.AppID }

// Functions are all registered functions, failure handlers included, sorted
// by id.
func (a *App) Functions() []Function {
	all := a.sorted()
	fns := make([]Function, len(all))
	for i, f := range all {
		fns[i] = Function{f.spec}
	}
	return fns
}

func (a *App) sorted() []*function {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.SortedFunc(maps.Values(a.functions), func(x, y *function) int { return cmp.Compare(x.fullID, y.fullID) })
}

// lookup finds a function by its full id, or by its own as older syncs
// registered it.
func (a *App) lookup(id string) *function {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if f, ok := a.functions[id]; ok {
		return f
	}
	return a.functions[a.settings.AppID+"-"+id]
}

// definitionOf is the definition that the app knows by an event's name.
func (a *App) definitionOf(name string) *definition {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.known[name]
}

// Shutdown stops admitting calls, which are answered 503 with Retry-After,
// and waits for those that run until ctx ends. It returns an error that says
// how many calls it left running. Call it before http.Server.Shutdown.
func (a *App) Shutdown(ctx context.Context) error {
	err := a.life.drain(ctx)
	if a.settings.ownClient {
		a.settings.HTTPClient.CloseIdleConnections()
	}
	return err
}

func wildcard(name string) bool { return len(name) > 0 && name[len(name)-1] == '*' }
