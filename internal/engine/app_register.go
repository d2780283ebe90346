package engine

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Register applies an app's sync (SDK specification 4.3.2): the functions of
// the sync replace the app's functions. Runs continue, with the new
// configuration of their function if there is one. Register reports whether
// anything changed. An error is a *RequestError or ErrClosed, and nothing
// changed then.
func (e *Engine) Register(req wire.SyncRequest) (modified bool, err error) {
	a, err := e.newApp(req)
	if err != nil {
		return false, err
	}
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false, ErrClosed
	}
	a.syncedAt = e.clock.Now()
	e.changed(ChangedApp, a.name)
	e.arrived(a.name)
	old := e.registry.apps[a.name]
	if old != nil && sameFunctions(old, a) {
		old.syncedAt, old.events = a.syncedAt, a.events
		e.pump()
		return false, nil
	}
	again := e.registry.put(a)
	e.touchGone(old)
	e.scheduleCrons(a.functions)
	e.scheduleCrons(again)
	e.pump()
	return true, nil
}

// Remove removes an app with its functions and their schedules. Runs that have
// started continue. Errors are ErrNotFound for an unknown app, ErrStore or
// ErrClosed.
func (e *Engine) Remove(name string) (err error) {
	defer e.awaitCommit(&err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	old := e.registry.apps[name]
	if old == nil {
		return fmt.Errorf("app %q: %w", name, ErrNotFound)
	}
	e.arrived(name)
	again := e.registry.remove(name)
	e.touchGone(old)
	e.scheduleCrons(again)
	e.changed(ChangedApp, name)
	e.pump()
	return nil
}

// touchGone marks the runs of functions that an app no longer has. Their
// records then include the function.
func (e *Engine) touchGone(old *app) {
	if e.journal == nil || old == nil {
		return
	}
	for _, r := range e.runs.byID {
		if e.registry.functions[r.fn.id] == nil {
			e.journal.touch(kindRun, r.id)
		}
	}
}

func (e *Engine) newApp(req wire.SyncRequest) (*app, error) {
	if req.AppName == "" {
		return nil, badRequest("the sync names no app: appName is empty")
	}
	a := &app{name: req.AppName, url: req.URL, sdk: req.SDK, framework: req.Framework, events: req.Events}
	seen := map[string]bool{}
	for i, raw := range req.Functions {
		fn, err := e.newFunction(a, raw)
		if err != nil {
			return nil, badRequest("function at index %d: %v", i, err)
		}
		if seen[fn.id] {
			return nil, badRequest("function %q is registered twice", fn.id)
		}
		seen[fn.id] = true
		a.functions = append(a.functions, fn)
	}
	return a, nil
}

func (e *Engine) newFunction(a *app, raw json.RawMessage) (*function, error) {
	var cfg wire.FunctionConfig
	if err := json.Unmarshal(raw, &cfg); err != nil {
		var named struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(raw, &named) // without an id, the index alone identifies it
		return nil, fmt.Errorf("%s: its configuration is not valid: %w", named.ID, err)
	}
	if cfg.ID == "" {
		return nil, fmt.Errorf("it has no id")
	}
	u, err := url.Parse(cfg.URL())
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("%s: its URL must be absolute, with http or https, not %q", cfg.ID, cfg.URL())
	}
	fn := &function{
		id: cfg.ID, uuid: functionUUID(cfg.ID), name: cfg.Name, app: a, url: u,
		attempts: 1 + wire.DefaultRetries, config: raw,
	}
	if r := cfg.Steps[wire.StepAny].Retries; r != nil {
		if r.Attempts < 0 || r.Attempts > wire.MaxRetries {
			return nil, fmt.Errorf("%s: retries must be 0 to %d, not %d", cfg.ID, wire.MaxRetries, r.Attempts)
		}
		fn.attempts = r.Attempts + 1
	}
	if fn.triggers, err = e.newTriggers(cfg.Triggers); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.ID, err)
	}
	if fn.flow, err = e.newFlow(cfg.FlowControl); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.ID, err)
	}
	if cfg.Name == "" {
		return nil, fmt.Errorf("%s: it has no name", cfg.ID)
	}
	return fn, nil
}

func sameFunctions(a, b *app) bool {
	return slices.EqualFunc(a.functions, b.functions, func(x, y *function) bool {
		return string(x.config) == string(y.config)
	})
}
