package adaptertest

import (
	"net/http"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// OrdersPath is where an application that Build makes takes orders, by POST.
const OrdersPath = "/orders"

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
	Key    inngestkit.IdempotencyKey
	// Crashed is told what the framework's recovery middleware, which is to
	// be the outermost, had to catch.
	Crashed func(v any)
}

// Send is an adapter's Send for the request at hand.
type Send func(events ...inngestkit.Event) ([]string, error)

// Run puts the adapter through every case, each a subtest that runs in
// parallel with the others. INNGEST_SERVE_ORIGIN, _HOST and _PATH must not be
// set: they would win over the URLs that the suite expects.
func Run(t *testing.T, a Adapter) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Adapter)
	}{
		{"a call reports its step and then its result", testCall},
		{"an engine runs a function to its end", testEngine},
		{"200 calls at once keep to themselves", testConcurrency},
		{"a signature is required and checked", testSignature},
		{"the body's bytes are not touched", testRawBody},
		{"a body already consumed is reported in those words", testConsumedBody},
		{"a body above the limit is refused", testLargeBody},
		{"a sync reports framework and URL", testSync},
		{"a sync in band reports framework and URL", testSyncInBand},
		{"an inspection reports the framework", testInspection},
		{"other methods are told which are allowed", testMethods},
		{"a trailing slash is no redirect", testSlashes},
		{"a path is mended", testPaths},
		{"a group lends its prefix and middleware", testGroup},
		{"functions see the values of the request's context", testContext},
		{"a panic in a function is an answer", testPanic},
		{"a stopped app says when to come back", testShutdown},
		{"events are sent and their ids returned in order", testSend},
		{"sending without middleware names the middleware", testNoMiddleware},
		{"an invalid event is a 422 that names its fields", testInvalidEvent},
		{"Inngest being away is a 503", testUnreachable},
		{"an unknown error reveals nothing", testUnknownError},
		{"what is enqueued is sent before the answer leaves", testEnqueue},
		{"what is enqueued is sent without an answer too", testEnqueueWithoutAnswer},
		{"a failed flush is a 503", testFailedFlush},
		{"a failed handler's events are dropped", testFailedHandler},
		{"enqueuing too late is an error", testEnqueueTooLate},
		{"sending after the request works", testSendAfterTheRequest},
		{"an invalid event is not enqueued", testInvalidEnqueue},
		{"a stream begins after its events are sent", testStream},
		{"a long answer is not kept back", testLongAnswer},
		{"a hijacked connection comes after its events", testHijack},
		{"an idempotency key starts work once", testIdempotencyKey},
		{"an idempotency key may cover the body", testIdempotencyKeyWithBody},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, a)
		})
	}
}
