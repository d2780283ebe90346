package engine

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// App describes a registered app.
type App struct {
	Name, URL, SDK, Framework string
	SyncedAt                  time.Time // time of its latest sync
	// Endpoints means that the app consists of HTTP endpoints: the engine makes
	// its functions from their requests, and it never syncs.
	Endpoints bool
	Functions []Function
	Events    []wire.EventExample // examples of its events
}

// Function describes a registered function.
type Function struct {
	ID, UUID, Name string
	Triggers       []string // event names and schedules
	// PausedAt is the time at which it was paused; zero if it is not paused.
	PausedAt time.Time
	// Config is the function's configuration as its app registered it
	// (SDK specification 4.3.2).
	Config json.RawMessage
}

// Apps returns the registered apps, sorted by name.
func (e *Engine) Apps() []App {
	e.mu.Lock()
	defer e.mu.Unlock()
	apps := []App{}
	for _, a := range e.registry.apps {
		v := App{
			Name: a.name, URL: a.url, SDK: a.sdk, Framework: a.framework, SyncedAt: a.syncedAt,
			Endpoints: a.endpoints, Functions: []Function{}, Events: a.events,
		}
		for _, fn := range a.functions {
			v.Functions = append(v.Functions, e.viewFunction(fn))
		}
		apps = append(apps, v)
	}
	slices.SortFunc(apps, func(a, b App) int { return cmp.Compare(a.Name, b.Name) })
	return apps
}

func (e *Engine) viewFunction(fn *function) Function {
	v := Function{ID: fn.id, UUID: fn.uuid, Name: fn.name, Config: fn.config}
	if p := e.paused[fn.id]; p != nil {
		v.PausedAt = p.since
	}
	for _, t := range fn.triggers {
		v.Triggers = append(v.Triggers, cmp.Or(t.event, t.cron))
	}
	return v
}
