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
	orders   orders
	flights  flights
	keys     seenKeys
	// framework is where the app was mounted last.
	framework atomic.Pointer[string]
	lastSync  atomic.Pointer[SyncHealth]

	mu        sync.RWMutex
	functions map[string]*function // by full id and by own id
	known     map[string]*definition
	routes    []string // where the webhook is mounted
	rewired   bool     // by a test kit
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
// and waits until ctx ends for those that run, for sends, and for requests
// with enqueued events. If any are left it returns a *ShutdownError that counts
// them, and logs which calls. Call it before http.Server.Shutdown.
func (a *App) Shutdown(ctx context.Context) error {
	err := a.life.drain(ctx)
	if a.settings.ownClient {
		a.settings.HTTPClient.CloseIdleConnections()
	}
	return err
}

func wildcard(name string) bool { return len(name) > 0 && name[len(name)-1] == '*' }
