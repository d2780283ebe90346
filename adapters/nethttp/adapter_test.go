package inngesthttp_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServeMux(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, adaptertest.Adapter{Framework: "nethttp", Build: func(s adaptertest.Setup) http.Handler {
		return build(s, http.NewServeMux())
	}})
}

// TestOtherMux runs the suite on a router that knows neither methods nor
// "{$}" in a pattern, as chi does not.
func TestOtherMux(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, adaptertest.Adapter{Framework: "nethttp", Build: func(s adaptertest.Setup) http.Handler {
		return build(s, exactMux{})
	}})
}

type mux interface {
	inngesthttp.Mux
	http.Handler
}

// exactMux routes by the exact path.
type exactMux map[string]http.Handler

func (m exactMux) Handle(pattern string, h http.Handler) { m[pattern] = h }

func (m exactMux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, ok := m[r.URL.Path]
	if !ok {
		h = http.NotFoundHandler()
	}
	h.ServeHTTP(w, r)
}

func build(s adaptertest.Setup, m mux) http.Handler {
	var opts []inngesthttp.Option
	if s.Path != nil {
		opts = append(opts, inngesthttp.WithPath(*s.Path))
	}
	root := http.NewServeMux()
	var h http.Handler = m
	inngesthttp.Mount(m, s.App, opts...)
	if s.Upstream != nil {
		h = upstream(s.Upstream, h)
	}
	if s.Prefix != "" {
		root.Handle(s.Prefix+"/", strip(s.Prefix, h))
		root.Handle(s.Prefix, strip(s.Prefix, h))
	} else {
		root.Handle("/", h)
	}
	if s.Orders != nil {
		root.HandleFunc("POST "+adaptertest.OrdersPath, orders(s.Orders))
	}
	if s.Handle != nil {
		root.HandleFunc(adaptertest.HandledPath, func(w http.ResponseWriter, r *http.Request) {
			if err := s.Handle(w, r); err != nil {
				inngesthttp.Error(w, r, err)
			}
		})
	}
	h = root
	if s.Middleware {
		var opts []inngesthttp.MiddlewareOption
		if s.Caller != nil {
			opts = append(opts, inngesthttp.WithIdempotencyKey(s.Key, s.Caller))
		}
		h = inngesthttp.Middleware(s.App, opts...)(h)
	}
	return recovered(s.Crashed, h)
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

func upstream(f func(*http.Request) *http.Request, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, f(r)) })
}

// strip is http.StripPrefix that leaves "/" of the prefix itself.
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
