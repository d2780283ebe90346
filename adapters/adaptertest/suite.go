package adaptertest

import "testing"

// Run runs every case of the suite as a parallel subtest. The variables
// INNGEST_SERVE_ORIGIN, INNGEST_SERVE_HOST and INNGEST_SERVE_PATH must not be set:
// they would change the URLs that the suite expects. One case starts the test
// binary again, to run only this test in a process that it kills.
func Run(t *testing.T, a Adapter) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Adapter)
	}{
		{"a call reports its step and then its result", testCall},
		{"an engine runs a function to its end", testEngine},
		{"200 calls at once keep to themselves", testConcurrency},
		{"a signature is required and checked", testSignature},
		{"every request without a valid signature is refused in the same words", testRefusals},
		{"a call that names a function or step twice is refused", testDoubleParameters},
		{"the webhook reads the body's own bytes", testRawBody},
		{"a body that is already consumed is reported in those words", testConsumedBody},
		{"a body above the limit is refused", testLargeBody},
		{"a request without any body is refused", testNoBody},
		{"a sync reports framework and URL", testSync},
		{"an in-band sync reports framework and URL", testSyncInBand},
		{"an inspection reports the framework", testInspection},
		{"other methods are answered 405 with Allow", testMethods},
		{"a trailing slash does not redirect", testSlashes},
		{"slashes of a path are corrected", testPaths},
		{"a group's prefix and middleware apply", testGroup},
		{"functions see the values of the request's context", testContext},
		{"a panic in a function is answered 500", testPanic},
		{"an app that shuts down answers 503 with Retry-After", testShutdown},
		{"events are sent and their ids returned in order", testSend},
		{"an error of Send without middleware names the middleware", testNoMiddleware},
		{"an invalid event is a 422 that names its fields", testInvalidEvent},
		{"the answer is 503 if Inngest is not reached", testUnreachable},
		{"an unknown error reveals nothing", testUnknownError},
		{"enqueued events are sent before the answer leaves", testEnqueue},
		{"enqueued events are sent if the handler writes nothing", testEnqueueWithoutAnswer},
		{"a failed flush is a 503", testFailedFlush},
		{"a failed handler's events are dropped", testFailedHandler},
		{"enqueuing too late is an error", testEnqueueTooLate},
		{"sending after the request works", testSendAfterTheRequest},
		{"an invalid event is not enqueued", testInvalidEnqueue},
		{"a stream begins after its events are sent", testStream},
		{"a long answer is not held", testLongAnswer},
		{"a hijacked connection comes after its events", testHijack},
		{"a connection is not hijacked when its events were not sent", testFailedHijack},
		{"an idempotency key starts work once", testIdempotencyKey},
		{"an idempotency key can include the body", testIdempotencyKeyWithBody},
		{"an idempotency key belongs to a method and a path", testIdempotencyKeyOfARoute},
		{"an idempotency key holds until the request ends", testIdempotencyKeyOfAStream},
		{"the log warns of an idempotency key with another body", testIdempotencyKeyReused},
		{"an idempotency key starts the runs of each user once", testIdempotencyKeyInRuns},
		{"a process that is killed before its events are sent has not answered", testKilled},
		{"every framework's binding errors have the same document", testBind},
		{"a request that cannot be read is refused without quoting it", testRead},
		{"a client's mistake has its status, and an answer that quotes nothing", testErrorKinds},
		{"a client that has left is logged as 499", testClientGone},
		{"a body above a limit is a 413 for every binder", testReadTooMuch},
		{"the webhook works behind compatible middleware", testHarmless},
		{"other middleware can leave the webhook alone", testExempt},
		{"the answers of incompatible middleware are not the webhook's", testNotExempt},
		{"the webhook works behind middleware around the application", testAround},
		{"the error says that a body limit is not the app's", testBodyLimit},
		{"the error names the limit of http.MaxBytesHandler", testMaxBytesHandler},
		{"answers may be compressed", testCompress},
		{"a failed flush may be compressed", testCompressedFailure},
		{"calls may be compressed", testDecompress},
		{"CORS middleware answers preflight requests", testCORS},
		{"functions see values of tracing middleware", testTrace},
		{"an access log has the status that left", testAccessLog},
		{"the SDK's control flow does not reach recovery middleware", testControlFlow},
		{"a timeout inside a step neither loses nor repeats another", testTimeout},
		{"the error names a request's deadline", testDeadline},
		{"a server's timeouts do not cut calls off", testServerTimeouts},
		{"a handler sends its events after a timeout has answered", testTimedOutHandler},
		{"proxies change the address reported, not the route", testAddresses},
		{"an application below another is found", testSubApp},
		{"health shows the app and its last sync", testHealth},
		{"readiness ends when draining begins", testDraining},
		{"liveness does not depend on readiness", testLiveness},
		{"a nil app is a panic that names the function", testNilApp},
		{"the error verb ignores a nil error", testNilError},
		{"the application may derive the request's context", testWithContext},
		{"a nil context is a 500", testNilContext},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, a)
		})
	}
}
