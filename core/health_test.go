package inngestkit_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func TestHealthOfSyncs(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error":"secret"}`)
	}))
	defer server.Close()
	h := newHook(t, inngestkit.Config{DevServerURL: server.URL})
	for _, c := range []struct {
		status int
		close  bool
		want   string
	}{
		{http.StatusOK, false, ""},
		{http.StatusUnauthorized, false, "the Inngest server refused the sync with status 401"},
		{http.StatusOK, true, "the Inngest server cannot be reached"},
	} {
		status = c.status
		if c.close {
			server.Close()
		}
		err := h.app.Sync(context.Background(), "http://shop.test/api/inngest")
		last := h.app.Health().LastSync
		if last == nil || last.Time.IsZero() || last.Error != c.want || (err == nil) != (c.want == "") {
			t.Errorf("the last sync is %+v after %v, want the error %q", last, err, c.want)
		}
	}
}

func TestHealthWithoutSigningKey(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud})
	w := httptest.NewRecorder()
	h.app.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"configured":false`) {
		t.Errorf("the answer is %d %s", w.Code, w.Body)
	}
}
