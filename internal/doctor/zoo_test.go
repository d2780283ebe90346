package doctor_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/inngest/inngestgo"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

const key = "signkey-test-0123456789abcdef"

var quiet = slog.New(slog.DiscardHandler)

// probed is the event of the doctor's calls.
var probed = inngestkit.DefineEvent[map[string]any]("inngestkit/doctor")

// shop returns an app with one function, in dev mode unless cfg sets a mode.
func shop(t *testing.T, cfg inngestkit.Config) *inngestkit.App {
	t.Helper()
	cfg.AppID, cfg.Logger = "shop", quiet
	if cfg.Mode == "" && cfg.DevServerURL == "" {
		cfg.DevServerURL = serve(t, says(http.StatusBadRequest, "application/json", `{"error":"Expected server kind dev, got cloud"}`))
	}
	app, err := inngestkit.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	never := func(context.Context, inngestgo.Input[map[string]any]) (any, error) {
		t.Error("the doctor started a run")
		return nil, nil
	}
	err = app.Register(inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "fn"}, probed.Trigger(), never))
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func cloud(signingKey string) inngestkit.Config {
	return inngestkit.Config{Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "e", APIBaseURL: "http://127.0.0.1:1"}
}

// inEcho serves an app in Echo behind middleware.
func inEcho(app *inngestkit.App, behind ...echo.MiddlewareFunc) http.Handler {
	e := echo.New()
	e.Use(behind...)
	inngestecho.Mount(e, app)
	return e
}

func inGin(app *inngestkit.App, behind ...gin.HandlerFunc) http.Handler {
	r := gin.New()
	r.Use(behind...)
	inngestgin.Mount(r, app)
	return r
}

// sdk returns an app of the official SDK alone.
func sdk(t *testing.T, opts inngestgo.ClientOpts) http.Handler {
	t.Helper()
	opts.AppID, opts.Logger = "shop", quiet
	api := "http://127.0.0.1:1"
	opts.APIBaseURL = &api
	client, err := inngestgo.NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	_, err = inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: "fn"}, inngestgo.EventTrigger("go", nil),
		func(context.Context, inngestgo.Input[map[string]any]) (any, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	return client.Serve()
}

// reads consumes the body, like careless logging.
func reads(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		next.ServeHTTP(w, r)
	})
}

// rewrites changes the contents of a signed body.
func rewrites(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		body = bytes.Replace(body, []byte(`"ts":1`), []byte(`"ts":2`), 1)
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// says gives the same answer to every request.
func says(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// to answers one method with h, and passes the others on.
func to(method string, h, others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == method {
			h.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

// late answers with a clock that is an hour behind.
func late(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

func limited(h http.Handler, bytes int64) http.Handler { return http.MaxBytesHandler(h, bytes) }

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

// echoLimiter lets one request through.
func echoLimiter() echo.MiddlewareFunc {
	return middleware.RateLimiter(middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{Rate: 0.0001, Burst: 1}))
}
