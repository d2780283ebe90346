package inngestgin_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestIsWebhook(t *testing.T) {
	t.Parallel()
	app := newApp(t, nil)
	var got bool
	e := gin.New()
	e.Use(func(c *gin.Context) { got = inngestgin.IsWebhook(c) })
	inngestgin.Mount(e, app)
	inngestgin.Mount(e.Group("/:tenant"), app, inngestgin.WithPath("hooks"))
	e.GET("/wrapped", gin.WrapH(app.Handler()))
	e.GET("/handler", inngestgin.Handler(app))
	for path, want := range map[string]bool{
		"/api/inngest": true, "/api/inngest/": true, "/acme/hooks": true, "/handler": true,
		"/wrapped": false, "/api/inngest/x": false, "/api/inngestx": false, "/api": false, "/": false,
	} {
		got = false
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
		if got != want {
			t.Errorf("IsWebhook of %s is %t", path, got)
		}
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	if inngestgin.IsWebhook(c) {
		t.Error("a context without a route is the webhook's")
	}
}

func ExampleIsWebhook() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	r := gin.New()
	r.Use(func(c *gin.Context) {
		if !inngestgin.IsWebhook(c) && c.GetHeader("Authorization") == "" {
			c.AbortWithStatus(http.StatusUnauthorized)
		}
	})
	inngestgin.Mount(r, app)
	r.GET("/orders", func(c *gin.Context) { c.Status(http.StatusOK) })
	for _, path := range []string{"/api/inngest", "/orders"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// /api/inngest 200
	// /orders 401
}
