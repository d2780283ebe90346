package inngestgin_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/gin-gonic/gin"
	"github.com/inngest/inngestgo"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestSendTakesTheGinContext(t *testing.T) {
	t.Parallel()
	for _, fallback := range []bool{false, true} {
		w, events := served(t, func(e *gin.Engine) { e.ContextWithFallback = fallback }, func(c *gin.Context) {
			for name, ctx := range map[string]context.Context{"c": c, "a copy": c.Copy(), "a value on c": context.WithValue(c, tenant{}, "acme")} {
				if _, err := inngestkit.Send(ctx, signedUp.New(signup{"a@b.c"})); err != nil {
					t.Errorf("Send with %s and ContextWithFallback %t: %v", name, fallback, err)
				}
				if _, err := inngestkit.Enqueue(ctx, signedUp.New(signup{"a@b.c"})); err != nil {
					t.Errorf("Enqueue with %s and ContextWithFallback %t: %v", name, fallback, err)
				}
			}
			c.Status(http.StatusNoContent)
		})
		if w.Code != http.StatusNoContent || events != 6 {
			t.Errorf("answered %d with %d events sent, want 204 with 6", w.Code, events)
		}
	}
}

// TestGoroutinesAfterTheAnswer uses a goroutine that continues after its request
// has ended.
func TestGoroutinesAfterTheAnswer(t *testing.T) {
	t.Parallel()
	for _, fallback := range []bool{false, true} {
		answered, done := make(chan struct{}), make(chan struct{})
		var ended, ofCopy, kept, enqueued error
		served(t, func(e *gin.Engine) {
			e.ContextWithFallback = fallback
			e.Use(func(c *gin.Context) {
				ctx, cancel := context.WithCancel(c.Request.Context()) // as a server does
				c.Request = c.Request.WithContext(ctx)
				c.Next()
				cancel()
				close(answered)
				<-done
			})
		}, func(c *gin.Context) {
			cp := c.Copy()
			go func() {
				defer close(done)
				<-answered
				_, ended = inngestgin.Send(cp, signedUp.New(signup{"a@b.c"}))
				_, ofCopy = inngestkit.Send(cp, signedUp.New(signup{"a@b.c"}))
				ctx := context.WithoutCancel(cp.Request.Context())
				_, kept = inngestkit.Send(ctx, signedUp.New(signup{"a@b.c"}))
				_, enqueued = inngestkit.Enqueue(ctx, signedUp.New(signup{"a@b.c"}))
			}()
		})
		if !errors.Is(ended, context.Canceled) {
			t.Errorf("Send by the copy's request returned %v, want that its context has ended", ended)
		}
		if errors.Is(ofCopy, context.Canceled) != fallback {
			t.Errorf("with ContextWithFallback %t Send with the copy itself returned %v", fallback, ofCopy)
		}
		if kept != nil {
			t.Errorf("Send without the context's end returned %v", kept)
		}
		if !errors.Is(enqueued, inngestkit.ErrScopeEnded) {
			t.Errorf("Enqueue returned %v, want ErrScopeEnded", enqueued)
		}
	}
}

type tenant struct{}

// tenantFunction returns the tenant in its context.
var tenantFunction = inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "tenant"}, signedUp.Trigger(),
	func(ctx context.Context, _ inngestgo.Input[signup]) (any, error) { return ctx.Value(tenant{}), nil })

func bridge(c *gin.Context) context.Context {
	return context.WithValue(c.Request.Context(), tenant{}, c.GetString("tenant"))
}

func TestWithContextBridgesValues(t *testing.T) {
	t.Parallel()
	var got any
	_, _ = served(t, func(e *gin.Engine) { e.Use(func(c *gin.Context) { c.Set("tenant", "acme") }) },
		func(c *gin.Context) { got = c.Request.Context().Value(tenant{}) }, inngestgin.WithContext(bridge))
	if got != "acme" {
		t.Errorf("the request's context holds %v", got)
	}
}

func TestWithContextRefusesTheGinContext(t *testing.T) {
	t.Parallel()
	for name, bridge := range map[string]func(*gin.Context) context.Context{
		"c itself":   func(c *gin.Context) context.Context { return c },
		"one on c":   func(c *gin.Context) context.Context { return context.WithValue(c, tenant{}, "acme") },
		"of nothing": func(*gin.Context) context.Context { return nil },
	} {
		var said string
		w, _ := served(t, func(e *gin.Engine) {
			e.Use(func(c *gin.Context) { c.Next(); said = c.Errors.String() })
		}, func(*gin.Context) { t.Errorf("%s: the handler ran", name) }, inngestgin.WithContext(bridge))
		if w.Code != http.StatusInternalServerError || !strings.Contains(said, "c.Request.Context()") {
			t.Errorf("%s: answered %d, and c.Errors says %q", name, w.Code, said)
		}
	}
}

// TestNoGinContextIsRetained keeps the request's context and the app, and expects
// the *gin.Context to be collected.
func TestNoGinContextIsRetained(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"a success": http.StatusOK, "a failure": http.StatusConflict} {
		app := newApp(t, nil)
		left, c := leave(app, status)
		for range 10 {
			runtime.GC() // a pool lets go after the second
		}
		if c.Value() != nil {
			t.Errorf("%s: something of a request that is over holds its *gin.Context", name)
		}
		runtime.KeepAlive(left)
		runtime.KeepAlive(app)
	}
}

// leave answers a request with an engine that then becomes garbage. It returns the
// request's context and a weak pointer to its *gin.Context.
func leave(app *inngestkit.App, status int) (left context.Context, c weak.Pointer[gin.Context]) {
	var last *http.Request
	e := gin.New()
	e.Use(inngestgin.Middleware(app, inngestgin.WithContext(bridge),
		inngestgin.WithIdempotencyKey(inngestkit.IdempotencyPolicy{}, func(c *gin.Context) string { return c.GetString("user") })))
	e.POST("/", func(gc *gin.Context) {
		gc.Set("user", "ada")
		if _, err := inngestgin.Enqueue(gc, signedUp.New(signup{})); err == nil {
			panic("an event without an address is valid")
		}
		last, c = gc.Request, weak.Make(gc)
		gc.Status(status)
	})
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set(inngestkit.DefaultIdempotencyHeader, "k1")
	e.ServeHTTP(httptest.NewRecorder(), r)
	return context.WithoutCancel(last.Context()), c
}

// TestFunctionsSeeBridgedValues calls a function through the webhook. It sees the
// values that WithContext copies from the call's request, and no other of c.Set.
func TestFunctionsSeeBridgedValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options []inngestgin.MiddlewareOption
		want    string
	}{
		"with WithContext":    {[]inngestgin.MiddlewareOption{inngestgin.WithContext(bridge)}, `"acme"`},
		"without WithContext": {nil, "null"},
	} {
		app := newApp(t, nil)
		if err := app.Register(tenantFunction); err != nil {
			t.Fatal(err)
		}
		e := gin.New()
		e.Use(func(c *gin.Context) { c.Set("tenant", "acme") }, inngestgin.Middleware(app, c.options...))
		inngestgin.Mount(e, app)
		body := `{"event":{"name":"gin/signed.up","data":{"email":"a@b.c"}},"events":[],"steps":{},"ctx":{"run_id":"r","attempt":0}}`
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/inngest?fnId=shop-tenant&stepId=step", strings.NewReader(body)))
		if got := strings.TrimSpace(w.Body.String()); got != c.want {
			t.Errorf("%s: the function answered %d %s, want %s", name, w.Code, got, c.want)
		}
	}
}
