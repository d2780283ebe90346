package inngestkit

import (
	"context"
	"fmt"
)

// Unfinished counts the work that an app has begun and not ended.
type Unfinished struct {
	// Calls counts requests that the webhook is answering.
	Calls int
	// Sends counts calls of Send, and batches of requests, that wait for the
	// event API.
	Sends int
	// Requests counts requests with enqueued events whose handler has not
	// ended.
	Requests int
}

// ShutdownError is the work that [App.Shutdown] left behind when its context
// ended.
type ShutdownError struct {
	Unfinished

	// Err is the context's error.
	Err error
}

// Error counts the work left behind.
func (e *ShutdownError) Error() string {
	return fmt.Sprintf("inngestkit: shutdown left %d calls, %d sends and %d requests with enqueued events behind: %v", e.Calls, e.Sends, e.Requests, e.Err)
}

// Unwrap returns the context's error.
func (e *ShutdownError) Unwrap() error { return e.Err }

// Shutdown makes the app unready at once, takes calls for another
// [Config.DrainDelay], then answers them 503 with Retry-After, and waits until
// ctx ends for running calls, for sends, and for requests with enqueued events.
// If any are left it returns a [*ShutdownError] that counts them, and logs the
// calls. Call it before http.Server.Shutdown, with a context that lasts longer
// than the delay. It is safe for concurrent use.
func (a *App) Shutdown(ctx context.Context) error {
	if err := a.whole("Shutdown"); err != nil {
		return err
	}
	left, err := a.in.Life.Drain(ctx, a.in.Settings.DrainDelay)
	if s := a.in.Settings; s.OwnClient {
		s.HTTPClient.CloseIdleConnections()
	}
	if err != nil {
		return &ShutdownError{Unfinished(left), err}
	}
	return nil
}
