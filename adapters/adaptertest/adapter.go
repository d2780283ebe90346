package adaptertest

import (
	"context"
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Paths of an application that Build makes.
const (
	// OrdersPath is the path of Setup.Orders, for POST.
	OrdersPath = "/orders"
	// HandledPath is the path of Setup.Handle, for GET and POST.
	HandledPath = "/handled"
	// ReadyPath is the path of the adapter's Health, for GET.
	ReadyPath = "/ready"
	// LivePath is the path of the adapter's Liveness, for GET.
	LivePath = "/live"
	// BindPath is the path, for POST, of a handler that binds a Bound in the
	// framework's own way and validates it. It answers 204, or leaves the error
	// to the adapter's error verb.
	BindPath = "/bound"
	// ReadPath is the prefix of the handlers that read a request, for POST. Each
	// binder of Adapter.Binders has a handler at ReadPath/binder, and the binder
	// "uri" at ReadPath/uri/{number}. A handler answers 204, or leaves the error
	// to the adapter's error verb.
	ReadPath = "/read"
)

// Bound has its rules in the tags of Gin and in those of package validate.
type Bound struct {
	// Email is required.
	Email string `binding:"required,email" json:"email" validate:"required,email"`
	// Lines may be empty. The rules of each element apply.
	Lines []BoundLine `binding:"dive" json:"lines" validate:"dive"`
}

// BoundLine is an element of a Bound.
type BoundLine struct {
	// Quantity is at least 1.
	Quantity int `binding:"min=1" json:"quantity" validate:"min=1"`
}

// Adapter is the adapter under test.
type Adapter struct {
	// Framework is the name that the adapter reports to Inngest.
	Framework string
	// Build makes an application in the framework, as the framework's own users
	// write one. The suite calls it from several goroutines.
	Build func(Setup) http.Handler
	// Functions holds, by its name, each function of the adapter that takes an
	// app: "inngestgin.Mount". Each entry calls its function with the app given.
	Functions map[string]func(*inngestkit.App)
	// Binders names the framework's ways to bind a request that Build makes
	// handlers for: "json", "query", and so on. See [ReadPath].
	Binders []string
	// LooseJSON allows 422 for 400, and less detail, in answers about JSON. It is
	// for JSON decoders that tell less than encoding/json.
	LooseJSON bool
}

// Setup describes an application. Fields that are zero leave their part out.
type Setup struct {
	// App is the app to mount. Its webhook, Health and Liveness are always
	// mounted.
	App *inngestkit.App
	// Prefix is the prefix of the group to mount on. The zero value mounts on
	// the engine itself.
	Prefix string
	// Path is the argument of WithPath.
	Path *string
	// Upstream is middleware of the application's own, on the group or else on
	// the engine. The request goes on as the one that it returns.
	Upstream func(*http.Request) *http.Request
	// Middleware tells the engine to use the adapter's Middleware.
	Middleware bool
	// Context derives the request's context in the adapter's Middleware, with
	// WithContext or its like.
	Context func(*http.Request) context.Context
	// Caller turns on ids from idempotency keys in the adapter's Middleware.
	Caller func(*http.Request) string
	// Key is the policy of these ids. It has no effect without Caller.
	Key inngestkit.IdempotencyPolicy
	// Orders is the work of the handler at OrdersPath, which passes it the
	// adapter's Send. The handler answers 201 with the ids as JSON, or leaves
	// the error to the adapter's error verb.
	Orders func(Send) ([]string, error)
	// Handle is the work of the handler at HandledPath, which passes it the
	// framework's own response writer and request. The handler gives the error
	// to the adapter's error verb, also if it is nil.
	Handle func(w http.ResponseWriter, r *http.Request) error
	// Crashed is called with each panic that reaches the framework's recovery
	// middleware. That middleware is always there, outermost.
	Crashed func(v any)
	// Foreign is the kind of middleware to use outside the adapter's own: the
	// framework's where it has one.
	Foreign Foreign
	// Inside moves that middleware inside the adapter's own.
	Inside bool
	// Exempt makes that middleware leave the webhook alone, by the adapter's
	// IsWebhook where the framework allows.
	Exempt bool
	// Logged is called with the status of each answer by middleware of the kind
	// AccessLog.
	Logged func(status int)
}

// Send is the adapter's Send for the request in progress.
type Send func(events ...inngestkit.Event) ([]string, error)
