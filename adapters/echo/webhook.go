package inngestecho

import (
	"net/http"
	"reflect"
	"runtime"

	"github.com/labstack/echo/v4"
)

// webhook gives the webhook a handler function that its name identifies: Echo
// names a route after its handler.
type webhook struct{ handler http.Handler }

func (w *webhook) serve(c echo.Context) error {
	w.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}

var webhookName = runtime.FuncForPC(reflect.ValueOf((&webhook{}).serve).Pointer()).Name()

// IsWebhook reports whether a request is for the webhook of an app. Use it as
// the Skipper of middleware that must leave the webhook alone: authentication,
// CSRF, anything that reads bodies. It looks at the route that Echo has chosen,
// and in e.Pre at the one that Echo would choose, so it finds every path of
// [Mount] and [Handler], and no other path that looks like one. It is safe for
// concurrent use.
func IsWebhook(c echo.Context) bool {
	e, r, path := c.Echo(), c.Request(), c.Path()
	router, ok := e.Routers()[r.Host]
	if !ok {
		router = e.Router()
	}
	if path == "" { // before routing, or nowhere
		ahead := e.NewContext(r, nil)
		router.Find(r.Method, echo.GetPath(r), ahead)
		path = ahead.Path()
	}
	if path == "" {
		return false
	}
	for _, route := range router.Routes() {
		if route.Path == path && route.Name == webhookName {
			return true
		}
	}
	return false
}
