package doctor_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/internal/doctor"
)

// TestHanging examines apps that answer some requests late, and others never.
func TestHanging(t *testing.T) {
	t.Parallel()
	const never = time.Hour
	for name, c := range map[string]struct {
		get, put, post, large time.Duration
		status                int // of a GET
		want                  []string
		took                  time.Duration
		says                  string
	}{
		"at once":           {never, never, never, never, http.StatusOK, []string{doctor.CodeTimeout}, 10 * time.Second, "a GET in time"},
		"after a GET":       {0, never, never, never, http.StatusOK, []string{doctor.CodeTimeout}, 10 * time.Second, "a PUT of "},
		"in a call":         {0, 0, never, never, http.StatusOK, []string{doctor.CodeTimeout}, 10 * time.Second, "a POST of "},
		"in a large call":   {0, 0, 0, never, http.StatusOK, []string{doctor.CodeTimeout}, 10 * time.Second, "a POST of 4 MiB in time"},
		"slow at each":      {8 * time.Second, 8 * time.Second, 8 * time.Second, 0, http.StatusOK, []string{doctor.CodeTimeout}, 20 * time.Second, "a POST of "},
		"slow at all paths": {8 * time.Second, 0, 0, 0, http.StatusNotFound, []string{doctor.CodeNotFound}, 20 * time.Second, "status 404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				u, err := doctor.ParseURL("http://127.0.0.1:8080/api/inngest")
				if err != nil {
					t.Fatal(err)
				}
				app := lateApp(func(r *http.Request) (time.Duration, int) {
					switch {
					case r.Method == http.MethodGet:
						return c.get, c.status
					case r.Method == http.MethodPut:
						return c.put, http.StatusOK
					case r.ContentLength > 1<<20:
						return c.large, http.StatusOK
					}
					return c.post, http.StatusOK
				})
				start := time.Now()
				report := doctor.Examine(t.Context(), doctor.Options{URL: u, Transport: app})
				if took := time.Since(start); took != c.took {
					t.Errorf("it took %s, want %s", took, c.took)
				}
				codes := []string{}
				for _, f := range report.Findings {
					codes = append(codes, f.Code)
				}
				if diff := cmp.Diff(c.want, codes); diff != "" {
					t.Fatalf("findings (-want +got):\n%s%+v", diff, report.Findings)
				}
				if what := report.Findings[0].What; !strings.Contains(what, c.says) {
					t.Errorf("%q does not say %q", what, c.says)
				}
			})
		})
	}
}

// lateApp answers like an SDK, after a time that depends on the request.
type lateApp func(*http.Request) (time.Duration, int)

func (l lateApp) RoundTrip(r *http.Request) (*http.Response, error) {
	wait, status := l(r)
	answers := time.NewTimer(wait)
	defer answers.Stop()
	select {
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	case <-answers.C:
	}
	w := httptest.NewRecorder()
	if status == http.StatusOK {
		w.Header().Set("X-Inngest-Sdk", "go:v0.16.0")
	}
	w.WriteHeader(status)
	_, _ = w.WriteString(`{"mode":"dev","function_count":1,"schema_version":"2024-05-24"}`)
	return w.Result(), nil
}
