package inngestecho_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

const problemJSON = "application/problem+json"

var away = &inngestkit.SendError{Retriable: true, Err: errors.New("connection refused")}

// answer lets one handler answer a POST of body behind Middleware.
func answer(t *testing.T, body string, change func(*echo.Echo), handler echo.HandlerFunc) *httptest.ResponseRecorder {
	t.Helper()
	e := echo.New()
	e.Use(inngestecho.Middleware(newApp(t, nil)))
	if change != nil {
		change(e)
	}
	e.POST("/", handler)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func fail(err error) echo.HandlerFunc {
	return func(echo.Context) error { return inngestecho.Error(err) }
}

func check(t *testing.T, w *httptest.ResponseRecorder, status int, contentType, body string) {
	t.Helper()
	if w.Code != status || w.Header().Get("Content-Type") != contentType || !strings.Contains(w.Body.String(), body) {
		t.Errorf("the answer is %d %s %s, want %d %s with %s", w.Code, w.Header().Get("Content-Type"), w.Body, status, contentType, body)
	}
}

func TestErrorByDefaultHandler(t *testing.T) {
	t.Parallel()
	w := answer(t, "", nil, fail(away))
	check(t, w, http.StatusServiceUnavailable, problemJSON, `"title":"Inngest is unavailable"`)
}

// TestErrorWhileDebugging expects that an unknown error reveals nothing in Echo's
// debug mode either, which shows errors.
func TestErrorWhileDebugging(t *testing.T) {
	t.Parallel()
	w := answer(t, "", func(e *echo.Echo) { e.Debug = true }, fail(errors.New("secret")))
	check(t, w, http.StatusInternalServerError, problemJSON, "Internal Server Error")
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("the answer reveals the error: %s", w.Body)
	}
}

func TestErrorByOwnHandler(t *testing.T) {
	t.Parallel()
	w := answer(t, "", func(e *echo.Echo) {
		e.HTTPErrorHandler = func(err error, c echo.Context) {
			var he *echo.HTTPError
			if !errors.As(err, &he) || !errors.Is(err, away) {
				t.Errorf("the handler was given %v", err)
				return
			}
			_ = c.HTML(he.Code, "<p>Sorry")
		}
	}, fail(away))
	check(t, w, http.StatusServiceUnavailable, echo.MIMETextHTMLCharsetUTF8, "<p>Sorry")
}

// TestErrorMadeAnother lets middleware outside the adapter's give another answer.
func TestErrorMadeAnother(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			_ = next(c)
			return c.JSON(http.StatusAccepted, "later")
		}
	}, inngestecho.Middleware(newApp(t, nil)))
	e.POST("/", fail(away))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	check(t, w, http.StatusAccepted, echo.MIMEApplicationJSON, `"later"`)
}

// TestErrorOfBind covers an *echo.HTTPError whose cause is a JSON error: the
// document wins.
func TestErrorOfBind(t *testing.T) {
	t.Parallel()
	bind := func(c echo.Context) error {
		var user struct {
			Age int `json:"age"`
		}
		return inngestecho.Error(c.Bind(&user))
	}
	check(t, answer(t, `{"age":`, nil, bind), http.StatusBadRequest, problemJSON, "not valid JSON")
	check(t, answer(t, `{"age":"x"}`, nil, bind), http.StatusUnprocessableEntity, problemJSON, `"path":"age"`)
}

func TestErrorKeepsEchosOwn(t *testing.T) {
	t.Parallel()
	if err := inngestecho.Error(nil); err != nil {
		t.Errorf("Error(nil) is %v", err)
	}
	check(t, answer(t, "", nil, fail(echo.ErrForbidden)), http.StatusForbidden, echo.MIMEApplicationJSON, `{"message":"Forbidden"}`)
	wrapped := fmt.Errorf("placing the order: %w", away)
	check(t, answer(t, "", nil, fail(inngestecho.Error(wrapped))), http.StatusServiceUnavailable, problemJSON, "unavailable")
}

func TestSkipper(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(inngestecho.MiddlewareWithConfig(newApp(t, nil), inngestecho.Config{
		Skipper: func(c echo.Context) bool { return c.Path() == "/skipped" },
	}))
	e.GET("/skipped", func(c echo.Context) error {
		if _, err := inngestecho.Send(c); !errors.Is(err, inngestkit.ErrNoSender) {
			t.Errorf("behind a skipped middleware Send returned %v", err)
		}
		return nil
	})
	e.GET("/", func(c echo.Context) error {
		if _, err := inngestecho.Send(c); err != nil {
			t.Errorf("behind the middleware Send of nothing returned %v", err)
		}
		return nil
	})
	for _, path := range []string{"/", "/skipped"} {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
}

func TestErrorsReturnedAsTheyAre(t *testing.T) {
	t.Parallel()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: "http://127.0.0.1:1", SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1}})
	if err != nil {
		t.Fatal(err)
	}
	type data struct {
		ID string `json:"id" validate:"required"`
	}
	event := inngestkit.DefineEvent[data]("echo/returned")
	for name, c := range map[string]struct {
		err    error
		status int
	}{
		"an invalid event":     {event.Validate(data{}), http.StatusUnprocessableEntity},
		"a send":               {&inngestkit.SendError{Retriable: true, Err: io.EOF}, http.StatusServiceUnavailable},
		"an error of Echo's":   {echo.NewHTTPError(http.StatusTeapot), http.StatusTeapot},
		"an upstream's JSON":   {json.Unmarshal([]byte("{"), new(data)), http.StatusInternalServerError},
		"Echo's error of ours": {echo.NewHTTPError(http.StatusConflict).SetInternal(event.Validate(data{})), http.StatusConflict},
	} {
		e := echo.New()
		e.Use(inngestecho.Middleware(app))
		e.GET("/", func(echo.Context) error { return c.err })
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if w.Code != c.status {
			t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, c.status)
		}
	}
}
