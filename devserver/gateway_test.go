package devserver_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

// The server makes requests for steps. Nothing that it shows contains their keys.
func TestGateway(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header()["Date"] = nil
		if r.URL.Path == "/down" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	t.Cleanup(target.Close)
	var log bytes.Buffer
	s := serve(t, devserver.Config{
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), RetryBackoff: func(int) time.Duration { return 0 },
	})
	syncApp(t, app(t, s.URL(), func(ctx context.Context, _ input) (any, error) {
		res, err := step.Fetch[string](ctx, "fetch", step.FetchOpts{
			URL: strings.Replace(target.URL, "http://", "http://me:sk-secret@", 1), Method: "GET", Headers: map[string]string{"Authorization": "Bearer sk-secret"},
		})
		if err != nil {
			return nil, err
		}
		_, failed := step.Infer[string, any](ctx, "infer", step.InferOpts[string]{
			Opts: step.InferRequestOpts{URL: target.URL + "/down", AuthKey: "sk-secret", Format: step.InferFormatGemini}, Body: "hi",
		})
		return fmt.Sprint(res.Body, " ", failed), nil
	}))
	run := waitRun(t, s.URL(), send(t, s.URL(), `{"name":"go"}`))["run_id"].(string)

	v2(t, s, "trace-gateway", "GET", "/runs/"+run+"/trace?includeOutput=true", "")
	res, page := call(t, http.MethodGet, s.URL()+"/page/api/runs/"+run, "")
	golden(t, "page-run-gateway", res, page)
	if err := s.Close(); err != nil { // ends the log
		t.Fatal(err)
	}
	if strings.Contains(log.String(), "sk-secret") {
		t.Error("the key is in the log")
	}
}
