package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

type arguments = inngestgo.Input[map[string]any]

// zoo is a dev server with an app that has a function of each kind.
type zoo struct {
	testing.TB
	*devserver.Server
}

// startZoo starts a server and an app with the zoo's functions.
func startZoo(tb testing.TB, cfg devserver.Config) *zoo {
	tb.Helper()
	quiet := slog.New(slog.DiscardHandler)
	cfg.Addr, cfg.Logger, cfg.RetryBackoff = "127.0.0.1:0", quiet, func(int) time.Duration { return 50 * time.Millisecond }
	s, err := devserver.Start(context.Background(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	api, dev := s.URL(), true
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "zoo", Dev: &dev, APIBaseURL: &api, EventAPIBaseURL: &api, Logger: quiet})
	if err != nil {
		tb.Fatal(err)
	}
	for id, f := range functions {
		if _, err := inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: id}, inngestgo.EventTrigger("zoo/"+id, nil), f); err != nil {
			tb.Fatal(err)
		}
	}
	app := httptest.NewServer(client.Serve())
	tb.Cleanup(app.Close)
	z := &zoo{tb, s}
	z.request(http.MethodPut, app.URL+"/api/inngest", nil)
	return z
}

var functions = map[string]inngestgo.SDKFunction[map[string]any]{
	"plain": func(ctx context.Context, in arguments) (any, error) {
		return step.Run(ctx, "work", func(context.Context) (any, error) { return in.Event.Data, nil })
	},
	"waits": func(ctx context.Context, _ arguments) (any, error) {
		if _, err := step.Run(ctx, "before", func(context.Context) (string, error) { return "b", nil }); err != nil {
			return nil, err
		}
		return step.WaitForEvent[any](ctx, "payment", step.WaitForEventOpts{Event: "zoo/paid", Timeout: time.Hour})
	},
	"fails": func(ctx context.Context, in arguments) (any, error) {
		name, _ := in.Event.Data["step"].(string)
		return step.Run(ctx, "charge"+name, func(context.Context) (any, error) {
			text, _ := in.Event.Data["error"].(string)
			return nil, errors.New("the bank said no" + text)
		})
	},
	"asks": func(ctx context.Context, in arguments) (any, error) {
		url, _ := in.Event.Data["url"].(string)
		if _, err := step.Fetch[string](ctx, "fetch-rate", step.FetchOpts{URL: url, Method: http.MethodGet}); err != nil {
			return nil, err
		}
		return step.Infer[string, any](ctx, "summarize", step.InferOpts[string]{Opts: step.InferRequestOpts{URL: url, AuthKey: "sk-secret"}, Body: "text"})
	},
	"parallel": func(ctx context.Context, _ arguments) (any, error) {
		branch := func(id string) func(context.Context) (any, error) {
			return func(ctx context.Context) (any, error) {
				return step.Run(ctx, id, func(context.Context) (string, error) { return id, nil })
			}
		}
		results := group.Parallel(ctx, branch("left"), branch("right"), func(ctx context.Context) (any, error) {
			step.Sleep(ctx, "nap", 300*time.Millisecond)
			return "slept", nil
		})
		return len(results), nil
	},
}

// request sends a JSON body and returns the answer.
func (z *zoo) request(method, url string, body any) []byte {
	z.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		z.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, url, bytes.NewReader(raw))
	if err != nil {
		z.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		z.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		z.Fatalf("%s %s: %d %s %v", method, url, res.StatusCode, answer, err)
	}
	return answer
}

type event struct {
	Name string         `json:"name"`
	Data map[string]any `json:"data"`
}

// send sends events and returns the id of the first.
func (z *zoo) send(events ...event) string {
	z.Helper()
	var sent struct{ IDs []string }
	if err := json.Unmarshal(z.request(http.MethodPost, z.URL()+"/e/key", events), &sent); err != nil || len(sent.IDs) != len(events) {
		z.Fatal(sent, err)
	}
	return sent.IDs[0]
}

// runOf returns the id of the run that an event started.
func (z *zoo) runOf(eventID string) string {
	z.Helper()
	var page struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(z.request(http.MethodGet, z.URL()+"/v2/events/"+eventID+"/runs", nil), &page); err != nil || len(page.Data) != 1 {
		z.Fatal(page, err)
	}
	return page.Data[0].ID
}

// start sends an event and returns the run that it started.
func (z *zoo) start(name string, data map[string]any) string {
	z.Helper()
	return z.runOf(z.send(event{"zoo/" + name, data}))
}

// many returns n events.
func many(n int, name string) []event {
	out := make([]event, n)
	for i := range out {
		out[i] = event{name, map[string]any{"n": i, "text": fmt.Sprintf("event number %d", i)}}
	}
	return out
}

// startEmpty starts a server without apps.
func startEmpty(tb testing.TB) *devserver.Server {
	tb.Helper()
	s, err := devserver.Start(context.Background(), devserver.Config{Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}
