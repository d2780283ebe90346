package inngestecho

import (
	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Skipper says which requests are for the app's webhook wherever Mount put it,
// as a middleware.Skipper for middleware that must leave it alone: auth, CSRF,
// what reads bodies. It works in e.Use and, by asking the router ahead, in
// e.Pre. Routes of Handler are not known to it. It is safe for concurrent use.
func Skipper(app *inngestkit.App) func(c echo.Context) bool {
	return func(c echo.Context) bool {
		route := c.Path()
		if route == "" { // before routing, or nowhere
			e, r := c.Echo(), c.Request()
			router, ok := e.Routers()[r.Host]
			if !ok {
				router = e.Router()
			}
			ahead := e.NewContext(r, nil)
			router.Find(r.Method, echo.GetPath(r), ahead)
			route = ahead.Path()
		}
		return route != "" && app.Mounted(route)
	}
}
