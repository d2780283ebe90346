package inngestecho

import (
	"net/http"
	"reflect"
	"runtime"

	"github.com/labstack/echo/v4"
)

// webhook gives the webhook a handler function that IsWebhook recognizes by its
// name: Echo names a route after its handler.
type webhook struct{ handler http.Handler }

func (w *webhook) serve(c echo.Context) error {
	w.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}

var webhookName = runtime.FuncForPC(reflect.ValueOf((&webhook{}).serve).Pointer()).Name()

// IsWebhook reports whether a request is for the webhook of an app. Use it as the
// Skipper of middleware that must leave the webhook alone, such as
// authentication, CSRF and anything that reads bodies. It looks at the route that
// Echo has chosen, or in e.Pre at the route that Echo would choose. So it finds
// every route of [Mount] and [Handler], in groups and hosts too, and no other
// path that looks like one. It does not find a route that the application has
// renamed. It is safe for concurrent use.
func IsWebhook(c echo.Context) bool {
	router := routerOf(c)
	r, path := c.Request(), c.Path()
	if path == "" { // before routing, or not found
		path = lookAhead(c.Echo(), router, r)
	}
	return path != "" && routesOf(router).leadToWebhook(router, route{r.Method, path})
}

// routerOf returns the router of a request's host, as Echo chooses it.
func routerOf(c echo.Context) *echo.Router {
	if router, ok := c.Echo().Routers()[c.Request().Host]; ok {
		return router
	}
	return c.Echo().Router()
}

// lookAhead returns the path of the route that Echo would choose, or "".
func lookAhead(e *echo.Echo, router *echo.Router, r *http.Request) string {
	c := e.AcquireContext()
	defer e.ReleaseContext(c)
	c.Reset(r, nil)
	router.Find(r.Method, echo.GetPath(r), c)
	path := c.Path()
	c.Reset(nil, nil)
	return path
}
