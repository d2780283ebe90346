package inngestecho

import (
	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Send sends events by the sender that [Middleware] put in the request's
// context, and returns their ids in the order given. It ends with that context.
//
// Errors are those of inngestkit.Send: *validate.Error and
// *inngestkit.EventError when nothing was sent, *inngestkit.SendError, and
// inngestkit.ErrNoSender without Middleware. [Error] turns them all into errors
// that Echo renders.
func Send(c echo.Context, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Send(c.Request().Context(), events...)
}

// Enqueue collects events, which are sent in one batch when the request's
// handler has succeeded, before its answer leaves: with a status below 400, no
// error returned and no panic. See inngestkit.Enqueue for its errors; Error
// renders them.
func Enqueue(c echo.Context, events ...inngestkit.Event) ([]string, error) {
	return inngestkit.Enqueue(c.Request().Context(), events...)
}
