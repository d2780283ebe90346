package devserver_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/pkg/checkpoint"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

// BenchmarkRuns measures whole runs of a function with five steps over HTTP,
// the event's request included, eight at a time.
func BenchmarkRuns(b *testing.B) {
	b.Run("calls", func(b *testing.B) { benchmarkRuns(b, nil, "") })
	b.Run("checkpoints", func(b *testing.B) { benchmarkRuns(b, checkpoint.ConfigSafe, "") })
	b.Run("kept", func(b *testing.B) { benchmarkRuns(b, nil, b.TempDir()) })
}

func benchmarkRuns(b *testing.B, checkpoints *checkpoint.Config, dir string) {
	b.Helper()
	s, err := devserver.Start(b.Context(), devserver.Config{Addr: "127.0.0.1:0", DataDir: dir, Logger: quiet})
	if err != nil {
		b.Fatal(err)
	}
	api, dev, ended := s.URL(), true, make(chan struct{})
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: &dev, Logger: quiet, APIBaseURL: &api})
	if err != nil {
		b.Fatal(err)
	}
	_, err = inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: "five", Checkpoint: checkpoints}, inngestgo.EventTrigger("go", nil),
		func(ctx context.Context, _ input) (any, error) {
			for range 5 {
				if _, err := step.Run(ctx, "s", func(context.Context) (int, error) { return 1, nil }); err != nil {
					return nil, err
				}
			}
			ended <- struct{}{}
			return "done", nil
		})
	if err != nil {
		b.Fatal(err)
	}
	app := httptest.NewServer(client.Serve())
	defer app.Close()
	defer s.Close() // first, because its idle connections keep the app from closing
	post(b, http.MethodPut, app.URL+"/api/inngest", "")
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			post(b, http.MethodPost, api+"/e/key", `{"name":"go","data":{"userId":"u_1"}}`)
			<-ended
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
}

func post(b *testing.B, method, url, body string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		b.Error(err)
		return
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Errorf("%s %s: %d %v", method, url, res.StatusCode, err)
	}
}
