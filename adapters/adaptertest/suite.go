package adaptertest

import "testing"

// Run puts the adapter through every case, each a subtest that runs in
// parallel with the others. INNGEST_SERVE_ORIGIN, _HOST and _PATH must not be
// set: they would win over the URLs that the suite expects. One case starts
// the test binary again, as a process to kill, and has it run this test alone.
func Run(t *testing.T, a Adapter) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Adapter)
	}{
		{"a call reports its step and then its result", testCall},
		{"an engine runs a function to its end", testEngine},
		{"200 calls at once keep to themselves", testConcurrency},
		{"a signature is required and checked", testSignature},
		{"who has not signed is refused in one way", testRefusals},
		{"a function or step named twice is refused", testDoubleParameters},
		{"the body's bytes are not touched", testRawBody},
		{"a body already consumed is reported in those words", testConsumedBody},
		{"a body above the limit is refused", testLargeBody},
		{"a request without any body is refused", testNoBody},
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
		{"a connection is not hijacked when its events were not sent", testFailedHijack},
		{"an idempotency key starts work once", testIdempotencyKey},
		{"an idempotency key may cover the body", testIdempotencyKeyWithBody},
		{"an idempotency key is one of a method and a path", testIdempotencyKeyOfARoute},
		{"an idempotency key holds until the request ends", testIdempotencyKeyOfAStream},
		{"an idempotency key with another body is warned of", testIdempotencyKeyReused},
		{"an idempotency key starts each user's runs once", testIdempotencyKeyInRuns},
		{"a process killed before its events are sent has answered nobody", testKilled},
		{"what a framework binds is refused in the same document", testBind},
		{"a request that cannot be read is refused without quoting it", testRead},
		{"a client's mistake has its status, and an answer that quotes nothing", testErrorKinds},
		{"a client that has left is 499 in the log", testClientGone},
		{"a body above a limit is a 413 for every binder", testReadTooMuch},
		{"other middleware lives with the webhook", testHarmless},
		{"other middleware leaves the webhook alone if it is told to", testExempt},
		{"other middleware in the way is told apart", testNotExempt},
		{"other middleware around the application lives with the webhook", testAround},
		{"a body limit that is not the app's is named", testBodyLimit},
		{"http.MaxBytesHandler is named", testMaxBytesHandler},
		{"answers may be compressed", testCompress},
		{"a failed flush may be compressed", testCompressedFailure},
		{"calls may be compressed", testDecompress},
		{"preflight requests are CORS middleware's", testCORS},
		{"functions see what tracing leaves in the context", testTrace},
		{"an access log tells the status that left", testAccessLog},
		{"recovery middleware sees no control flow", testControlFlow},
		{"a timeout inside a step loses and repeats no other", testTimeout},
		{"a request's deadline is named", testDeadline},
		{"a server's timeouts do not cut calls off", testServerTimeouts},
		{"a handler that a timeout has answered for sends its events", testTimedOutHandler},
		{"proxies change the address reported, not the route", testAddresses},
		{"an application below another is found", testSubApp},
		{"health tells of the app and its last sync", testHealth},
		{"readiness ends when draining begins", testDraining},
		{"liveness does not depend on readiness", testLiveness},
		{"a nil app is a panic that names the function", testNilApp},
		{"a nil error is no error", testNilError},
		{"the application may derive the request's context", testWithContext},
		{"a nil context is a 500", testNilContext},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, a)
		})
	}
}
