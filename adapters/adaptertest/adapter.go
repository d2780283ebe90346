package adaptertest

import (
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// OrdersPath is where an application that Build makes takes orders, by POST.
const OrdersPath = "/orders"

// ReadyPath is where an application that Build makes has the adapter's Health.
const ReadyPath = "/ready"

// BindPath is where an application that Build makes binds a Bound by POST, in
// the framework's own way, and checks it. An error is left to the adapter's
// error verb; success is 204.
const BindPath = "/bound"

// Bound has its rules in the tags of Gin and in ours.
type Bound struct {
	Email string      `binding:"required,email" json:"email" validate:"required,email"`
	Lines []BoundLine `binding:"dive"           json:"lines" validate:"dive"`
}

// BoundLine is an element of a Bound.
type BoundLine struct {
	Quantity int `binding:"min=1" json:"quantity" validate:"min=1"`
}

// HandledPath is where an application that Build makes does Setup.Handle, for
// GET and POST.
const HandledPath = "/handled"

// Adapter is an adapter under test.
type Adapter struct {
	// Framework is the name that it reports to Inngest.
	Framework string
	// Build makes an application in the framework, as the framework's own
	// users would write it. It is called from several goroutines.
	Build func(Setup) http.Handler
}

// Setup describes an application.
type Setup struct {
	// App is what to Mount.
	App *inngestkit.App
	// Prefix is the prefix of the group to mount on. Empty means on the
	// engine itself.
	Prefix string
	// Path is what to give WithPath. Nil means to leave the option out.
	Path *string
	// Upstream is the work of the application's own middleware, of that group
	// or else of the engine: the request goes on as the one it returns. Nil
	// means no such middleware.
	Upstream func(*http.Request) *http.Request
	// Middleware says whether the engine uses the adapter's Middleware.
	Middleware bool
	// Orders is the work of the route at OrdersPath, which gives it the
	// adapter's Send. An error is left to the adapter's error verb; the ids
	// are answered as JSON with 201. Nil means no such route.
	Orders func(Send) ([]string, error)
	// Handle is the work of the route at HandledPath, given the framework's
	// own response writer and request. An error is left to the adapter's error
	// verb. Nil means no such route.
	Handle func(w http.ResponseWriter, r *http.Request) error
	// Caller and Key are what to turn ids from idempotency keys on with. A nil
	// Caller means to leave them off.
	Caller func(*http.Request) string
	Key    inngestkit.IdempotencyPolicy
	// Crashed is told what the framework's recovery middleware, which is to
	// be the outermost, had to catch.
	Crashed func(v any)
	// Foreign is the kind of middleware that comes next, before the adapter's
	// own: the framework's where it has one. Empty means none.
	Foreign Foreign
	// Inside puts it after the adapter's own instead.
	Inside bool
	// Exempt says whether it leaves the webhook alone, by what the adapter has
	// for that.
	Exempt bool
	// Logged is told the status of each answer by middleware of the kind
	// AccessLog.
	Logged func(status int)
}

// Send is an adapter's Send for the request at hand.
type Send func(events ...inngestkit.Event) ([]string, error)
