package inngestecho

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/labstack/echo/v4"
)

// route is a route that Echo has chosen for a request.
type route struct{ method, path string }

// routes caches the routes of a router that do not lead to a webhook: most
// requests are for one of these, and a search of Echo's list is slow. It does
// not cache the others. The application may replace a webhook's route, and
// then no request for the new route may skip middleware.
type routes struct {
	others atomic.Pointer[map[route]struct{}]
}

// caches maps the weak pointer of each router in use to its *routes.
var caches sync.Map

func routesOf(router *echo.Router) *routes {
	key := weak.Make(router)
	cached, ok := caches.Load(key)
	if !ok {
		if cached, ok = caches.LoadOrStore(key, &routes{}); !ok {
			runtime.AddCleanup(router, func(key weak.Pointer[echo.Router]) { caches.Delete(key) }, key)
		}
	}
	return cached.(*routes) //nolint:forcetypeassert // caches holds nothing else
}

// leadToWebhook reports whether the route chosen by the router leads to a
// webhook.
func (s *routes) leadToWebhook(router *echo.Router, chosen route) bool {
	if others := s.others.Load(); others != nil {
		if _, ok := (*others)[chosen]; ok {
			return false
		}
	}
	all := router.Routes()
	if r := find(all, chosen); r != nil {
		if r.Name != webhookName {
			s.cache(all)
		}
		return r.Name == webhookName
	}
	// Without a route for its method, a request goes to the path's own handler
	// for such requests, if there is one.
	r := find(all, route{echo.RouteNotFound, chosen.path})
	return r != nil && r.Name == webhookName
}

func (s *routes) cache(all []*echo.Route) {
	others := make(map[route]struct{}, len(all))
	for _, r := range all {
		if r.Name != webhookName {
			others[route{r.Method, r.Path}] = struct{}{}
		}
	}
	s.others.Store(&others)
}

func find(all []*echo.Route, chosen route) *echo.Route {
	i := slices.IndexFunc(all, func(r *echo.Route) bool { return r.Method == chosen.method && r.Path == chosen.path })
	if i < 0 {
		return nil
	}
	return all[i]
}
