package inngesthttp_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
)

// TestChi runs the suite on a router whose patterns have neither methods nor "{$}".
func TestChi(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, adaptertest.Adapter{Framework: "nethttp", Build: buildChi, Functions: functions, Binders: slices.Collect(maps.Keys(binders))})
}

func buildChi(s adaptertest.Setup) http.Handler {
	root := chi.NewRouter()
	root.Use(middleware.RequestLogger(entries{func(int) {}, s.Crashed}), middleware.Recoverer)
	if !s.Exempt {
		root.Use(guards(s))
	}
	sub := chi.NewRouter()
	sub.Use(func(next http.Handler) http.Handler { return upstream(s.Upstream, next) })
	inngesthttp.Mount(sub, s.App, options(s)...)
	if s.Prefix != "" {
		root.Mount(s.Prefix, sub)
	} else {
		root.Mount("/", sub)
	}
	root.Group(func(r chi.Router) {
		if s.Exempt {
			r.Use(guards(s))
		}
		r.Method(http.MethodGet, adaptertest.ReadyPath, inngesthttp.Health(s.App))
		r.Method(http.MethodGet, adaptertest.LivePath, inngesthttp.Liveness(s.App))
		r.Post(adaptertest.BindPath, bind)
		for name, bind := range binders {
			r.Post(readPath(name), read(bind))
		}
		if s.Orders != nil {
			r.Post(adaptertest.OrdersPath, orders(s.Orders))
		}
		if s.Handle != nil {
			r.Get(adaptertest.HandledPath, handle(s.Handle))
			r.Post(adaptertest.HandledPath, handle(s.Handle))
		}
	})
	return root
}
