package inngestgin_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

type signup struct {
	Email string `json:"email" validate:"required"`
}

var signedUp = inngestkit.DefineEvent[signup]("gin/signed.up")

// served answers one request with the handler behind Middleware, with an
// Inngest that accepts everything, and returns how many events that got.
func served(t *testing.T, engine func(*gin.Engine), handler gin.HandlerFunc, opts ...inngestgin.MiddlewareOption) (*httptest.ResponseRecorder, int) {
	t.Helper()
	events := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		events++
		_, _ = w.Write([]byte(`{"ids":["1"]}`))
	}))
	defer api.Close()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: api.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Shutdown(context.Background()) }()
	e := gin.New()
	if engine != nil {
		engine(e)
	}
	e.Use(inngestgin.Middleware(app, opts...))
	e.POST("/", handler)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	return w, events
}

func TestSendTakesTheGinContext(t *testing.T) {
	t.Parallel()
	for _, fallback := range []bool{false, true} {
		w, events := served(t, func(e *gin.Engine) { e.ContextWithFallback = fallback }, func(c *gin.Context) {
			if _, err := inngestkit.Send(c, signedUp.New(signup{"a@b.c"})); err != nil {
				t.Errorf("with ContextWithFallback %t: %v", fallback, err)
			}
			if err := inngestkit.Enqueue(c, signedUp.New(signup{"a@b.c"})); err != nil {
				t.Errorf("with ContextWithFallback %t: %v", fallback, err)
			}
			c.Status(http.StatusNoContent)
		})
		if w.Code != http.StatusNoContent || events != 2 {
			t.Errorf("answered %d with %d events sent", w.Code, events)
		}
	}
}

func TestCopyServesGoroutines(t *testing.T) {
	t.Parallel()
	done := make(chan error, 1)
	_, events := served(t, nil, func(c *gin.Context) {
		cp := c.Copy()
		go func() {
			_, err := inngestkit.Send(context.WithoutCancel(cp.Request.Context()), signedUp.New(signup{"a@b.c"}))
			done <- err
		}()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if events != 1 {
		t.Errorf("%d events were sent, want 1", events)
	}
}

func TestErrorsAfterAnAnswerDropEvents(t *testing.T) {
	t.Parallel()
	w, events := served(t, nil, func(c *gin.Context) {
		if err := inngestgin.Enqueue(c, signedUp.New(signup{"a@b.c"})); err != nil {
			t.Error(err)
		}
		c.JSON(http.StatusCreated, gin.H{"done": true})
		_ = c.Error(errors.New("too late"))
	})
	if w.Code != http.StatusInternalServerError || events != 0 || w.Body.Len() != 0 {
		t.Errorf("answered %d %s with %d events sent", w.Code, w.Body, events)
	}
}

func TestKeptAnswerLooksWritten(t *testing.T) {
	t.Parallel()
	_, _ = served(t, nil, func(c *gin.Context) {
		if err := inngestgin.Enqueue(c, signedUp.New(signup{"a@b.c"})); err != nil {
			t.Error(err)
		}
		if c.Writer.Written() || c.Writer.Size() >= 0 {
			t.Error("an answer not begun looks written")
		}
		c.String(http.StatusCreated, "four")
		if !c.Writer.Written() || c.Writer.Size() != 4 || c.Writer.Status() != http.StatusCreated {
			t.Errorf("the answer kept back is %t, %d, %d", c.Writer.Written(), c.Writer.Size(), c.Writer.Status())
		}
	})
}

func TestWithContextBridgesValues(t *testing.T) {
	t.Parallel()
	type tenant struct{}
	bridge := inngestgin.WithContext(func(c *gin.Context) context.Context {
		return context.WithValue(c.Request.Context(), tenant{}, c.GetString("tenant"))
	})
	var got any
	_, _ = served(t, func(e *gin.Engine) { e.Use(func(c *gin.Context) { c.Set("tenant", "acme") }) },
		func(c *gin.Context) { got = c.Request.Context().Value(tenant{}) }, bridge)
	if got != "acme" {
		t.Errorf("the request's context holds %v", got)
	}
}
