package engine

import (
	"encoding/json"
	"net/url"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// app is one registered app. Its name identifies it: an app that syncs from
// another URL has moved there.
type app struct {
	name, url, sdk, framework string
	functions                 []*function // in the order they were registered
	events                    []wire.EventExample
	syncedAt                  time.Time
	endpoints                 bool // its functions are HTTP endpoints, which call the engine first
}

// function is one registered function. It is immutable: a new sync makes a new
// function.
type function struct {
	id       string // composite
	uuid     string
	name     string
	app      *app
	url      *url.URL
	attempts int
	triggers []trigger
	flow     flow
	config   json.RawMessage
	order    int
}
