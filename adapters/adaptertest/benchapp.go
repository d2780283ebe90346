package adaptertest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// benchData is the data of an event of a chosen size.
type benchData struct {
	ID    string      `json:"id" validate:"required"`
	Lines []benchLine `json:"lines"`
}

type benchLine struct {
	Name     string `json:"name"`
	Quantity int    `json:"quantity"`
	SKU      string `json:"sku"`
}

var benchEvent = inngestkit.DefineEvent[benchData]("adaptertest/bench")

func benchHandler(_ context.Context, in inngestgo.Input[benchData]) (any, error) {
	return len(in.Event.Data.Lines), nil
}

func benchID(i int) string { return fmt.Sprint("fn-", i) }

func plainSDK(b *testing.B, signed bool, functions int) http.Handler {
	b.Helper()
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{
		AppID: appID, Dev: new(!signed), SigningKey: new(signingKey), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := range functions {
		_, err := inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: benchID(i)}, inngestgo.EventTrigger(benchEvent.Name(), nil), benchHandler)
		if err != nil {
			b.Fatal(err)
		}
	}
	return client.Serve()
}

func benchApp(b *testing.B, signed bool, functions int) *inngestkit.App {
	b.Helper()
	mode := inngestkit.ModeDev
	if signed {
		mode = inngestkit.ModeCloud
	}
	app, err := inngestkit.New(inngestkit.Config{
		AppID: appID, Mode: mode, SigningKey: signingKey, EventKey: "key", Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	sources := make([]inngestkit.Source, functions)
	for i := range sources {
		sources[i] = inngestkit.NewFunction(inngestgo.FunctionOpts{ID: benchID(i)}, benchEvent.Trigger(), benchHandler)
	}
	if err := app.Register(sources...); err != nil {
		b.Fatal(err)
	}
	return app
}

// benchBody returns the body of a call as a server sends it: canonical JSON with
// sorted names, and the event both alone and in a batch of one.
func benchBody(b *testing.B, size int) []byte {
	b.Helper()
	line := benchLine{Name: "a thing that is sold " + strings.Repeat("y", 50), Quantity: 2, SKU: "SKU-0001"}
	raw, err := json.Marshal(line)
	if err != nil {
		b.Fatal(err)
	}
	data := benchData{ID: "o-1"}
	for n := len(`{"id":"o-1","lines":[]}`); n < size; n += len(raw) + 1 {
		data.Lines = append(data.Lines, line)
	}
	event := map[string]any{"data": data, "id": "01EVENT", "name": benchEvent.Name(), "ts": 1767225600000}
	body, err := json.Marshal(map[string]any{
		"ctx": map[string]any{
			"attempt": 0, "disable_immediate_execution": false, "env": "", "fn_id": "00000000-0000-0000-0000-000000000000",
			"run_id": "01RUN", "stack": map[string]any{"current": 0, "stack": []string{}}, "use_api": false,
		},
		"event": event, "events": []any{event}, "steps": map[string]any{}, "use_api": false, "version": 2,
	})
	if err != nil {
		b.Fatal(err)
	}
	return body
}
