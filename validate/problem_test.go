package validate_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

func TestProblemServeHTTP(t *testing.T) {
	t.Parallel()
	invalid := asError(t, validate.Struct(page[item]{Items: []item{{SKU: "a"}}})).Problem()
	const body = `{"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed",` +
		`"errors":[{"path":"items[0].price","rule":"gt","param":"0","message":"must be greater than 0"}]}`
	tests := []struct {
		name    string
		problem *validate.Problem
		method  string
		status  int
		body    string
	}{
		{"validation", invalid, http.MethodPost, 422, body},
		{"HEAD", invalid, http.MethodHead, 422, ""},
		{"zero value", &validate.Problem{}, http.MethodGet, 500, `{"type":"about:blank","title":"Internal Server Error","status":500}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			tt.problem.ServeHTTP(w, httptest.NewRequest(tt.method, "/", nil))
			if w.Code != tt.status || w.Header().Get("Content-Type") != validate.ProblemContentType {
				t.Errorf("got status %d, headers %v", w.Code, w.Header())
			}
			if diff := cmp.Diff(tt.body, w.Body.String()); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}
