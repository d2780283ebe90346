package devserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/devserver"
)

func TestHealthAfterAWriteFailed(t *testing.T) {
	s, err := devserver.Start(t.Context(), devserver.Config{Addr: "127.0.0.1:0", DataDir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	if res, body := call(t, http.MethodGet, s.URL()+"/health", ""); res.StatusCode != http.StatusOK {
		t.Errorf("got %d %s while all is well", res.StatusCode, body)
	}
	if err := devserver.BreakStore(s); err != nil {
		t.Fatal(err)
	}
	const reason = "the engine's state cannot be kept: store: "
	for _, c := range []struct {
		method, path, want string
		status             int
	}{
		{http.MethodPost, "/e/key", `{"ids":[],"status":500,"error":"` + reason, http.StatusInternalServerError},
		{http.MethodGet, "/health", `{"message":"` + reason, http.StatusServiceUnavailable},
		{http.MethodGet, "/v2/health", `{"errors":[{"code":"api_error","message":"` + reason, http.StatusServiceUnavailable},
	} {
		res, body := call(t, c.method, s.URL()+c.path, `{"name":"go"}`)
		if res.StatusCode != c.status || !strings.HasPrefix(body, c.want) {
			t.Errorf("%s is answered %d %s, want %d %s…", c.path, res.StatusCode, body, c.status, c.want)
		}
	}
	if err := s.Shutdown(t.Context()); err == nil || !strings.Contains(err.Error(), reason) {
		t.Errorf("Shutdown returned %v, want the failed write", err)
	}
}
