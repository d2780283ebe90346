package inngestkit_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// BenchmarkStoredSteps replays a function whose steps have all run, by the
// SDK alone and by this package, in one process.
func BenchmarkStoredSteps(b *testing.B) {
	for _, n := range []int{0, 100, 1000} {
		replay := func(ctx context.Context, _ input) (any, error) {
			for range n {
				if _, err := step.Run(ctx, "s", func(context.Context) (string, error) { return "", nil }); err != nil {
					return nil, err
				}
			}
			return "done", nil
		}
		quiet := slog.New(slog.DiscardHandler)
		client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Dev: new(true), Logger: quiet})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: "fn"}, inngestgo.EventTrigger("test/started", nil), replay); err != nil {
			b.Fatal(err)
		}
		app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Logger: quiet})
		if err != nil {
			b.Fatal(err)
		}
		if err := app.Register(fn(replay)); err != nil {
			b.Fatal(err)
		}
		body := callWithSteps(n)
		for _, c := range []struct {
			name    string
			handler http.Handler
		}{{"plain", client.Serve()}, {"inngestkit", app.Handler()}} {
			b.Run(fmt.Sprintf("steps=%d/sdk=%s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					w := httptest.NewRecorder()
					c.handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/?fnId=shop-fn&stepId=step", strings.NewReader(body)))
					if w.Code != http.StatusOK {
						b.Fatal(w.Code, w.Body)
					}
				}
			})
		}
	}
}

// callWithSteps is a call with n stored results of 1 KB each.
func callWithSteps(n int) string {
	var steps strings.Builder
	for i := range n {
		if i > 0 {
			steps.WriteByte(',')
		}
		fmt.Fprintf(&steps, `"%s":{"data":"%s"}`, wire.HashStepID("s", i), strings.Repeat("x", 1000))
	}
	event := `{"name":"test/started","data":{"text":"` + strings.Repeat("y", 500) + `"}}`
	return `{"ctx":{"attempt":0,"fn_id":"5d5f3bd0-0000-4000-8000-000000000000","run_id":"r"},"event":` + event + `,"events":[` + event + `],"steps":{` + steps.String() + `}}`
}
