package inngestgin

import (
	"github.com/gin-gonic/gin"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Send sends events with the sender that [Middleware] has put into the request's
// context, and returns their ids in the order of the events. If that context
// ends, Send returns its error.
//
// The errors are those of [inngestkit.Send]: *validate.Error and
// [*inngestkit.EventError] if nothing was sent, [*inngestkit.SendError], and
// [inngestkit.ErrNoSender] without Middleware. [Abort] renders them all.
func Send(c *gin.Context, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Send(c.Request.Context(), events...)
}

// Enqueue validates events and returns the ids that they will have. The events are
// sent in one batch when the handlers have succeeded, before the answer leaves:
// with a status below 400, an empty c.Errors and no panic. The errors are those
// of [inngestkit.Enqueue]; [Abort] renders them.
func Enqueue(c *gin.Context, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Enqueue(c.Request.Context(), events...)
}

// Abort ends the request with err, which it adds to c.Errors for logging, and
// answers with an application/problem+json document:
//
//   - 422 with the fields of an invalid event, 503 when Inngest cannot be reached
//   - 400, 413 or 422 for the errors of c.ShouldBind and its like, in every
//     format that Gin binds; see [UseBinding] for the fields' names
//   - the status of an error with a method StatusCode() int, if it is 4xx
//   - 504 for a deadline that has passed
//   - 500 for any other error, which reveals nothing of it
//
// No document quotes a value of the request. If the client left, Abort sets the
// status 499 for access logs and writes nothing. An answer that has begun stays
// as it is. If err is nil, Abort does nothing. Return from the handler
// afterwards.
func Abort(c *gin.Context, err error) {
	if err == nil {
		return
	}
	_ = c.Error(err) // the result is only for chaining
	c.Abort()
	if c.Writer.Written() {
		return
	}
	path := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		path[p.Key] = p.Value
	}
	adapter.Answer(c.Writer, c.Request, explain(err, c.ContentType()), path)
}
