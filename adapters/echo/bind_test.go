package inngestecho_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
)

// TestErrorKeepsStatuses expects errors with a status to keep it, and the message
// of the application.
func TestErrorKeepsStatuses(t *testing.T) {
	t.Parallel()
	_, number := strconv.Atoi("secret")
	for name, c := range map[string]struct {
		err    error
		status int
		body   string
	}{
		"Echo's own":               {echo.ErrForbidden, http.StatusForbidden, `{"message":"Forbidden"}`},
		"wrapped":                  {fmt.Errorf("secret: %w", echo.ErrForbidden), http.StatusForbidden, `{"message":"Forbidden"}`},
		"about an event":           {echo.NewHTTPError(http.StatusConflict, "sold out").SetInternal(signedUp.Validate(signup{})), http.StatusConflict, `{"message":"sold out"}`},
		"about a number":           {echo.NewHTTPError(http.StatusBadRequest, "no such page").SetInternal(number), http.StatusBadRequest, `{"message":"no such page"}`},
		"of a structure":           {echo.NewHTTPError(http.StatusBadRequest, map[string]int{"code": 7}).SetInternal(errors.New("secret")), http.StatusBadRequest, `{"code":7}`},
		"a plain 400":              {echo.NewHTTPError(http.StatusBadRequest, "no"), http.StatusBadRequest, `{"message":"no"}`},
		"a 503 about its deadline": {echo.ErrServiceUnavailable.WithInternal(context.DeadlineExceeded), http.StatusServiceUnavailable, `{"message":"Service Unavailable"}`},
	} {
		w := answer(t, "", nil, fail(c.err))
		if w.Code != c.status || strings.TrimSpace(w.Body.String()) != c.body {
			t.Errorf("%s: answered %d %s, want %d %s", name, w.Code, w.Body, c.status, c.body)
		}
	}
}

// TestErrorKeepsTheCause expects error handlers to find the cause.
func TestErrorKeepsTheCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("sold out")
	for _, err := range []error{
		fmt.Errorf("%w: %w", cause, echo.ErrForbidden), echo.NewHTTPError(http.StatusBadRequest, "sold out").SetInternal(cause),
		echo.NewBindingError("n", []string{"x"}, "no", cause), cause,
	} {
		got := inngestecho.Error(err)
		if _, ok := got.(*echo.HTTPError); !ok || !errors.Is(got, cause) { //nolint:errorlint // as Echo's error handler does
			t.Errorf("Error(%v) is %T %v", err, got, got)
		}
	}
}

func TestErrorOfValueBinder(t *testing.T) {
	t.Parallel()
	var n int
	query := func(change func(*echo.ValueBinder) *echo.ValueBinder) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.SetRequest(httptest.NewRequest(http.MethodPost, "/?n=secret&l=1&l=secret&empty=", nil))
			return inngestecho.Error(change(echo.QueryParamsBinder(c)).BindError())
		}
	}
	for name, c := range map[string]struct {
		handler echo.HandlerFunc
		want    string
	}{
		"a number": {query(func(b *echo.ValueBinder) *echo.ValueBinder { return b.Int("n", &n) }), `{"path":"n","rule":"type","param":"integer","message":"must be an integer"}`},
		"a list":   {query(func(b *echo.ValueBinder) *echo.ValueBinder { return b.Ints("l", &[]int{}) }), `{"path":"l","rule":"type","param":"integer","message":"must be an integer"}`},
		"missing":  {query(func(b *echo.ValueBinder) *echo.ValueBinder { return b.MustInt("other", &n) }), `{"path":"other","rule":"required","message":"is a required field"}`},
		"empty":    {query(func(b *echo.ValueBinder) *echo.ValueBinder { return b.MustInt("empty", &n) }), `{"path":"empty","rule":"required","message":"is a required field"}`},
		"its own words": {func(echo.Context) error {
			return echo.NewBindingError("n", []string{"secret"}, "secret", errors.New("secret"))
		}, `{"path":"n","rule":"type","message":"has a value of the wrong form"}`},
	} {
		w := answer(t, "", nil, c.handler)
		check(t, w, http.StatusBadRequest, problemJSON, c.want)
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: the answer quotes the request: %s", name, w.Body)
		}
	}
}

// TestRefusedBodies uses c.Bind with bodies that Echo does not read.
func TestRefusedBodies(t *testing.T) {
	t.Parallel()
	bind := func(c echo.Context) error { return inngestecho.Error(c.Bind(&adaptertest.Values{})) }
	limited := func(e *echo.Echo) { e.Use(middleware.BodyLimit("1B")) }
	plain := func(e *echo.Echo) { e.Use(contentType("text/plain")) }
	form := func(e *echo.Echo) {
		e.Use(unknownLength, middleware.BodyLimit("1B"), contentType(echo.MIMEApplicationForm))
	}
	chunked := func(e *echo.Echo) { e.Use(unknownLength, middleware.BodyLimit("1B")) }
	check(t, answer(t, `{"number":1}`, plain, bind), http.StatusUnsupportedMediaType, problemJSON, "Unsupported Media Type")
	check(t, answer(t, `{"number":1}`, limited, bind), http.StatusRequestEntityTooLarge, echo.MIMEApplicationJSON, "Request Entity Too Large") // by Echo
	check(t, answer(t, `{"list":[`+strings.Repeat("1,", 1000), chunked, bind), http.StatusRequestEntityTooLarge, problemJSON, "Request Entity Too Large")
	check(t, answer(t, `number=1`, form, bind), http.StatusRequestEntityTooLarge, problemJSON, "Request Entity Too Large")
}

func contentType(of string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Request().Header.Set(echo.HeaderContentType, of)
			return next(c)
		}
	}
}

// unknownLength hides the length of a body, so that a limit must read it.
func unknownLength(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Request().ContentLength = -1
		return next(c)
	}
}

// TestErrorsOfRequestsReturnedAsTheyAre returns errors without Error. Middleware
// knows those that are certainly about the request.
func TestErrorsOfRequestsReturnedAsTheyAre(t *testing.T) {
	t.Parallel()
	_, number := strconv.Atoi("secret")
	for name, c := range map[string]struct {
		err    error
		status int
	}{
		"a ValueBinder's": {echo.NewBindingError("n", []string{"secret"}, "secret", number), http.StatusBadRequest},
		"a body limit":    {fmt.Errorf("secret: %w", &http.MaxBytesError{Limit: 7}), http.StatusRequestEntityTooLarge},
		"a number":        {number, http.StatusInternalServerError},
		"a deadline":      {context.DeadlineExceeded, http.StatusInternalServerError},
		"a connection":    {io.EOF, http.StatusInternalServerError},
	} {
		w := answer(t, "", nil, func(echo.Context) error { return c.err })
		if w.Code != c.status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: answered %d %s, want %d", name, w.Code, w.Body, c.status)
		}
	}
}

// TestClientGoneHasAnAnswer leaves an answer that has begun alone.
func TestClientGoneHasAnAnswer(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	e := echo.New()
	e.Use(inngestecho.Middleware(newApp(t, nil)))
	e.GET("/", func(c echo.Context) error {
		_ = c.String(http.StatusAccepted, "begun")
		leave()
		return c.Request().Context().Err()
	})
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
	if w.Code != http.StatusAccepted || w.Body.String() != "begun" {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}
