package engine

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// App is a copy of a registered app.
type App struct {
	Name, URL, SDK, Framework string
	SyncedAt                  time.Time // when it last registered
	// Endpoints is an app of HTTP endpoints: its functions are made of their
	// requests, and it never syncs.
	Endpoints bool
	Functions []Function
	Events    []wire.EventExample // that it knows
}

// Function is a copy of a registered function.
type Function struct {
	ID, UUID, Name string
	Triggers       []string // event names and schedules
	// PausedAt is when it was paused; zero if it is not.
	PausedAt time.Time
	// Config is the function's configuration as its app registered it
	// (SDK specification 4.3.2).
	Config json.RawMessage
}

// Apps returns the registered apps in the order of their names.
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
