package inngesthttp_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/validate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServeMux(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, adaptertest.Adapter{Framework: "nethttp", Build: buildServeMux, Functions: functions, Binders: slices.Collect(maps.Keys(binders))})
}

// functions holds the functions of the adapter that take an app.
var functions = map[string]func(*inngestkit.App){
	"inngesthttp.Mount":      func(app *inngestkit.App) { inngesthttp.Mount(http.NewServeMux(), app) },
	"inngesthttp.Handler":    func(app *inngestkit.App) { inngesthttp.Handler(app) },
	"inngesthttp.Middleware": func(app *inngestkit.App) { inngesthttp.Middleware(app) },
	"inngesthttp.Health":     func(app *inngestkit.App) { inngesthttp.Health(app) },
	"inngesthttp.Liveness":   func(app *inngestkit.App) { inngesthttp.Liveness(app) },
}

func buildServeMux(s adaptertest.Setup) http.Handler {
	root := http.NewServeMux()
	if s.Prefix == "" && s.Upstream == nil {
		inngesthttp.Mount(root, s.App, options(s)...)
	} else {
		sub := http.NewServeMux()
		inngesthttp.Mount(sub, s.App, options(s)...)
		h := upstream(s.Upstream, sub)
		root.Handle(s.Prefix+"/", strip(s.Prefix, h))
		if s.Prefix != "" {
			root.Handle(s.Prefix, strip(s.Prefix, h))
		}
	}
	root.Handle("GET "+adaptertest.ReadyPath, inngesthttp.Health(s.App))
	root.Handle("GET "+adaptertest.LivePath, inngesthttp.Liveness(s.App))
	root.HandleFunc("POST "+adaptertest.BindPath, bind)
	for name, bind := range binders {
		root.HandleFunc("POST "+readPath(name), read(bind))
	}
	if s.Orders != nil {
		root.HandleFunc("POST "+adaptertest.OrdersPath, orders(s.Orders))
	}
	if s.Handle != nil {
		root.HandleFunc(adaptertest.HandledPath, handle(s.Handle))
	}
	h := guards(s)(root)
	if s.Exempt {
		h = unlessWebhook(root, h)
	}
	return recovered(s.Crashed, h)
}

// unlessWebhook keeps middleware around the mux off the webhook.
func unlessWebhook(mux *http.ServeMux, guarded http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if inngesthttp.IsWebhook(mux, r) {
			mux.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func options(s adaptertest.Setup) []inngesthttp.Option {
	if s.Path == nil {
		return nil
	}
	return []inngesthttp.Option{inngesthttp.WithPath(*s.Path)}
}

// guards returns the foreign middleware and the adapter's own.
func guards(s adaptertest.Setup) func(http.Handler) http.Handler {
	if !s.Middleware {
		return foreign(s)
	}
	var opts []inngesthttp.MiddlewareOption
	if s.Caller != nil {
		opts = append(opts, inngesthttp.WithIdempotencyKey(s.Key, s.Caller))
	}
	if s.Context != nil {
		opts = append(opts, inngesthttp.WithContext(s.Context))
	}
	scope := inngesthttp.Middleware(s.App, opts...)
	if s.Inside {
		return func(next http.Handler) http.Handler { return scope(foreign(s)(next)) }
	}
	return func(next http.Handler) http.Handler { return foreign(s)(scope(next)) }
}

func orders(work func(adaptertest.Send) ([]string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ids, err := work(func(events ...inngestkit.Event) ([]string, error) { return inngesthttp.Send(r, events...) })
		if err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(ids)
	}
}

func handle(work func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { inngesthttp.Error(w, r, work(w, r)) }
}

func bind(w http.ResponseWriter, r *http.Request) {
	var b adaptertest.Bound
	err := json.NewDecoder(r.Body).Decode(&b)
	if err == nil {
		err = validate.Struct(&b)
	}
	if err != nil {
		inngesthttp.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func readPath(binder string) string {
	if binder == "uri" {
		return adaptertest.ReadPath + "/uri/{number}"
	}
	return adaptertest.ReadPath + "/" + binder
}

func read(bind func(*http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := bind(r); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func upstream(f func(*http.Request) *http.Request, next http.Handler) http.Handler {
	if f == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, f(r)) })
}

// strip is http.StripPrefix that turns the prefix itself into "/".
func strip(prefix string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == prefix {
			r.URL.Path += "/"
		}
		http.StripPrefix(prefix, next).ServeHTTP(w, r)
	})
}

func recovered(crashed func(any), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				crashed(v)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
