package inngestgin_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/codec/json"
	"go.uber.org/goleak"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	withoutUseBinding()
	if err := inngestgin.UseBinding(); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

func TestAdapter(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, adaptertest.Adapter{Framework: "gin", Build: build, Functions: map[string]func(*inngestkit.App){
		"inngestgin.Mount":      func(app *inngestkit.App) { inngestgin.Mount(gin.New(), app) },
		"inngestgin.Handler":    func(app *inngestkit.App) { inngestgin.Handler(app) },
		"inngestgin.Middleware": func(app *inngestkit.App) { inngestgin.Middleware(app) },
		"inngestgin.Health":     func(app *inngestkit.App) { inngestgin.Health(app) },
		"inngestgin.Liveness":   func(app *inngestkit.App) { inngestgin.Liveness(app) },
	}, Binders: slices.Collect(maps.Keys(binders)), LooseJSON: json.Package != "encoding/json"})
}

func build(s adaptertest.Setup) http.Handler {
	e := gin.New()
	e.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, v any) { s.Crashed(v) }))
	if !s.Inside {
		e.Use(foreign(s))
	}
	if s.Middleware {
		var opts []inngestgin.MiddlewareOption
		if s.Caller != nil {
			opts = append(opts, inngestgin.WithIdempotencyKey(s.Key, func(c *gin.Context) string { return s.Caller(c.Request) }))
		}
		if s.Context != nil {
			opts = append(opts, inngestgin.WithContext(func(c *gin.Context) context.Context { return s.Context(c.Request) }))
		}
		e.Use(inngestgin.Middleware(s.App, opts...))
	}
	if s.Inside {
		e.Use(foreign(s))
	}
	var chain []gin.HandlerFunc
	if s.Upstream != nil {
		chain = append(chain, func(c *gin.Context) { c.Request = s.Upstream(c.Request) })
	}
	var r gin.IRouter = e
	if s.Prefix != "" {
		r = e.Group(s.Prefix, chain...)
	} else {
		e.Use(chain...)
	}
	var opts []inngestgin.Option
	if s.Path != nil {
		opts = append(opts, inngestgin.WithPath(*s.Path))
	}
	inngestgin.Mount(r, s.App, opts...)
	e.GET(adaptertest.ReadyPath, inngestgin.Health(s.App))
	e.GET(adaptertest.LivePath, inngestgin.Liveness(s.App))
	e.POST(adaptertest.BindPath, bind)
	for name, bind := range binders {
		path := adaptertest.ReadPath + "/" + name
		if name == "uri" {
			path += "/:number"
		}
		e.POST(path, func(c *gin.Context) {
			if err := bind(c); err != nil {
				inngestgin.Abort(c, err)
				return
			}
			c.Status(http.StatusNoContent)
		})
	}
	if s.Orders != nil {
		e.POST(adaptertest.OrdersPath, func(c *gin.Context) {
			ids, err := s.Orders(func(events ...inngestkit.Event) ([]string, error) { return inngestgin.Send(c, events...) })
			if err != nil {
				inngestgin.Abort(c, err)
				return
			}
			c.JSON(http.StatusCreated, ids)
		})
	}
	if s.Handle != nil {
		handle := func(c *gin.Context) { inngestgin.Abort(c, s.Handle(c.Writer, c.Request)) }
		e.GET(adaptertest.HandledPath, handle)
		e.POST(adaptertest.HandledPath, handle)
	}
	return e
}

func bind(c *gin.Context) {
	var b adaptertest.Bound
	if err := c.ShouldBindJSON(&b); err != nil {
		inngestgin.Abort(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// binders are Gin's.
var binders = map[string]func(*gin.Context) error{
	"json":      values((*gin.Context).ShouldBindJSON),
	"xml":       values((*gin.Context).ShouldBindXML),
	"yaml":      values((*gin.Context).ShouldBindYAML),
	"toml":      values((*gin.Context).ShouldBindTOML),
	"msgpack":   values((*gin.Context).ShouldBind),
	"bson":      values((*gin.Context).ShouldBind),
	"form":      values((*gin.Context).ShouldBind),
	"multipart": values((*gin.Context).ShouldBind),
	"query":     values((*gin.Context).ShouldBindQuery),
	"header":    values((*gin.Context).ShouldBindHeader),
	"uri":       values((*gin.Context).ShouldBindUri),
	"slice":     func(c *gin.Context) error { return c.ShouldBindJSON(&[]*adaptertest.Bound{}) },
}

func values(bind func(*gin.Context, any) error) func(*gin.Context) error {
	return func(c *gin.Context) error { return bind(c, &adaptertest.Values{}) }
}
