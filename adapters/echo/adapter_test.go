package inngestecho_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"go.uber.org/goleak"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAdapter(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, adaptertest.Adapter{Framework: "echo", Build: build, Functions: map[string]func(*inngestkit.App){
		"inngestecho.Mount":      func(app *inngestkit.App) { inngestecho.Mount(echo.New(), app) },
		"inngestecho.Handler":    func(app *inngestkit.App) { inngestecho.Handler(app) },
		"inngestecho.Middleware": func(app *inngestkit.App) { inngestecho.Middleware(app) },
		"inngestecho.MiddlewareWithConfig": func(app *inngestkit.App) {
			inngestecho.MiddlewareWithConfig(app, inngestecho.Config{})
		},
		"inngestecho.Health":   func(app *inngestkit.App) { inngestecho.Health(app) },
		"inngestecho.Liveness": func(app *inngestkit.App) { inngestecho.Liveness(app) },
	}, Binders: slices.Collect(maps.Keys(binders))})
}

func build(s adaptertest.Setup) http.Handler {
	e := echo.New()
	e.Validator = inngestecho.Validator()
	e.Use(recovered(s.Crashed))
	if !s.Inside {
		e.Use(foreign(s))
	}
	if s.Middleware {
		config := inngestecho.Config{IdempotencyPolicy: s.Key}
		if s.Caller != nil {
			config.IdempotencyCaller = func(c echo.Context) string { return s.Caller(c.Request()) }
		}
		if s.Context != nil {
			config.Context = func(c echo.Context) context.Context { return s.Context(c.Request()) }
		}
		e.Use(inngestecho.MiddlewareWithConfig(s.App, config))
	}
	if s.Inside {
		e.Use(foreign(s))
	}
	var chain []echo.MiddlewareFunc
	if s.Upstream != nil {
		chain = append(chain, upstream(s.Upstream))
	}
	var r inngestecho.Router = e
	if s.Prefix != "" {
		r = e.Group(s.Prefix, chain...)
	} else {
		e.Use(chain...)
	}
	var opts []inngestecho.Option
	if s.Path != nil {
		opts = append(opts, inngestecho.WithPath(*s.Path))
	}
	inngestecho.Mount(r, s.App, opts...)
	e.GET(adaptertest.ReadyPath, inngestecho.Health(s.App))
	e.GET(adaptertest.LivePath, inngestecho.Liveness(s.App))
	e.POST(adaptertest.BindPath, bind)
	for name, bind := range binders {
		path := adaptertest.ReadPath + "/" + name
		if name == "uri" {
			path += "/:number"
		}
		e.POST(path, func(c echo.Context) error {
			if err := bind(c); err != nil {
				return inngestecho.Error(err)
			}
			return c.NoContent(http.StatusNoContent)
		})
	}
	if s.Orders != nil {
		e.POST(adaptertest.OrdersPath, func(c echo.Context) error {
			ids, err := s.Orders(func(events ...inngestkit.Event) ([]string, error) { return inngestecho.Send(c, events...) })
			if err != nil {
				return inngestecho.Error(err)
			}
			return c.JSON(http.StatusCreated, ids)
		})
	}
	if s.Handle != nil {
		handle := func(c echo.Context) error { return inngestecho.Error(s.Handle(c.Response(), c.Request())) }
		e.GET(adaptertest.HandledPath, handle)
		e.POST(adaptertest.HandledPath, handle)
	}
	return e
}

func upstream(f func(*http.Request) *http.Request) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.SetRequest(f(c.Request()))
			return next(c)
		}
	}
}

func recovered(crashed func(any)) echo.MiddlewareFunc {
	return middleware.RecoverWithConfig(middleware.RecoverConfig{
		LogErrorFunc: func(_ echo.Context, err error, _ []byte) error { crashed(err); return err },
	})
}

func bind(c echo.Context) error {
	var b adaptertest.Bound
	if err := c.Bind(&b); err != nil {
		return inngestecho.Error(err)
	}
	if err := c.Validate(&b); err != nil {
		return inngestecho.Error(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// binders are Echo's.
var binders = map[string]func(echo.Context) error{
	"json": bindValues, "xml": bindValues, "form": bindValues, "multipart": bindValues, "uri": bindValues,
	"query":  func(c echo.Context) error { return new(echo.DefaultBinder).BindQueryParams(c, &adaptertest.Values{}) },
	"header": func(c echo.Context) error { return new(echo.DefaultBinder).BindHeaders(c, &adaptertest.Values{}) },
	"slice":  func(c echo.Context) error { return c.Bind(&[]adaptertest.Bound{}) },
	"value": func(c echo.Context) error {
		var v adaptertest.Values
		return echo.QueryParamsBinder(c).Int8("number", &v.Number).Uint8("count", &v.Count).Bool("flag", &v.Flag).Float32("amount", &v.Amount).
			Time("when", &v.When, time.RFC3339).Duration("wait", &v.Wait).Ints("list", &v.List).TextUnmarshaler("own", &v.Own).BindError()
	},
}

func bindValues(c echo.Context) error { return c.Bind(&adaptertest.Values{}) }
