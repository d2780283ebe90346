package inngestecho

import (
	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Send sends events with the sender that [Middleware] has put into the request's
// context, and returns their ids in the order of the events. If that context
// ends, Send returns its error.
//
// The errors are those of [inngestkit.Send]: *validate.Error and
// [*inngestkit.EventError] if nothing was sent, [*inngestkit.SendError], and
// [inngestkit.ErrNoSender] without Middleware. [Error] turns them all into errors
// that Echo renders.
func Send(c echo.Context, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Send(c.Request().Context(), events...)
}

// Enqueue validates events and returns the ids that they will have. The events are
// sent in one batch when the handler has succeeded, before its answer leaves:
// with a status below 400, no error returned and no panic. The errors are those
// of [inngestkit.Enqueue]; [Error] renders them.
func Enqueue(c echo.Context, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Enqueue(c.Request().Context(), events...)
}
