package inngesthttp_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
)

// TestNilContextIsLogged covers a mistake that no error of a handler reports.
func TestNilContextIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	app := newApp(t, slog.New(slog.NewTextHandler(&log, nil)))
	h := inngesthttp.Middleware(app, inngesthttp.WithContext(func(*http.Request) context.Context { return nil }))(http.NotFoundHandler())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/orders", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "WithContext") || !strings.Contains(log.String(), "path=/orders") {
		t.Errorf("answered %d, and the log says %q", w.Code, log.String())
	}
}
