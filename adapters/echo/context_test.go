package inngestecho_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"weak"

	"github.com/labstack/echo/v4"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

type signup struct {
	Email string `json:"email" validate:"required"`
}

var signedUp = inngestkit.DefineEvent[signup]("echo/signed.up")

// TestGoroutinesAfterTheAnswer uses a goroutine that continues after its request
// has ended.
func TestGoroutinesAfterTheAnswer(t *testing.T) {
	t.Parallel()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"ids":["1"]}`)) }))
	defer api.Close()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: api.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Shutdown(context.Background()) }()
	answered, done := make(chan struct{}), make(chan struct{})
	var ended, kept, enqueued error
	e := echo.New()
	e.Use(inngestecho.Middleware(app))
	e.POST("/", func(c echo.Context) error {
		ctx := c.Request().Context()
		go func() {
			defer close(done)
			<-answered
			<-ctx.Done()
			_, ended = inngestkit.Send(ctx, signedUp.New(signup{"a@b.c"}))
			_, kept = inngestkit.Send(context.WithoutCancel(ctx), signedUp.New(signup{"a@b.c"}))
			_, enqueued = inngestkit.Enqueue(context.WithoutCancel(ctx), signedUp.New(signup{"a@b.c"}))
		}()
		return c.NoContent(http.StatusAccepted)
	})
	server := httptest.NewServer(e)
	defer server.Close()
	res, err := server.Client().Post(server.URL, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	close(answered)
	<-done
	if !errors.Is(ended, context.Canceled) || kept != nil || !errors.Is(enqueued, inngestkit.ErrScopeEnded) {
		t.Errorf("after the answer Send returned %v, without the context's end %v, and Enqueue %v", ended, kept, enqueued)
	}
}

// TestNoEchoContextIsRetained keeps the request's context and the app, and expects
// the echo.Context to be collected.
func TestNoEchoContextIsRetained(t *testing.T) {
	t.Parallel()
	app := newApp(t, nil)
	left, held := leave(app)
	for range 10 {
		runtime.GC() // a pool lets go after the second
	}
	if held.Value() != nil {
		t.Error("something of a request that is over holds its echo.Context")
	}
	runtime.KeepAlive(left)
	runtime.KeepAlive(app)
}

// leave answers a request with an Echo that then becomes garbage. It returns the
// request's context and a weak pointer to a value that its echo.Context holds.
func leave(app *inngestkit.App) (left context.Context, held weak.Pointer[signup]) {
	var last *http.Request
	e := echo.New()
	e.Use(inngestecho.MiddlewareWithConfig(app, inngestecho.Config{
		IdempotencyCaller: func(c echo.Context) string { return c.Request().Host },
	}))
	e.POST("/", func(c echo.Context) error {
		inContext := &signup{"only c.Set holds this"}
		c.Set("held", inContext)
		held, last = weak.Make(inContext), c.Request()
		_ = inngestecho.IsWebhook(c)
		_, err := inngestecho.Enqueue(c, signedUp.New(signup{}))
		return err
	})
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set(inngestkit.DefaultIdempotencyHeader, "k1")
	e.ServeHTTP(httptest.NewRecorder(), r)
	return context.WithoutCancel(last.Context()), held
}
