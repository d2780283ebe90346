package adaptertest

import (
	"context"
	"net/http"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// testEngine lets an engine play Inngest, from the sync to the result of a
// run that an event sent by the application's own handler starts.
func testEngine(t *testing.T, a Adapter) {
	k := newKit(t, a, func(s *Setup) {
		s.Middleware = true
		s.Orders = func(send Send) ([]string, error) { return send(orderPlaced.New(order{ID: "o-1"})) }
	}, func(c *inngestkit.Config) { c.AllowUnsignedSync = true })

	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	e, err := engine.New(engine.Config{
		Transport: transport, SigningKey: signingKey,
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	k.inngest.onSync = func(req wire.SyncRequest) error {
		_, err := e.Register(req)
		return err
	}
	k.inngest.onEvents = func(events []wire.Event) ([]string, error) { return e.Send("", events...) }

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := e.SyncURL(ctx, k.url+defaultPath); err != nil {
		t.Fatal(err)
	}
	equal(t, "framework", e.Apps()[0].Framework, a.Framework)

	ids := parse[[]string](t, k.do(http.MethodPost, OrdersPath, nil).body)
	ev, err := e.Event(ids[0])
	if err != nil {
		t.Fatal(err)
	}
	outputs := map[string]string{}
	for _, id := range ev.RunIDs {
		if run, err := e.Run(id); err != nil || run.FunctionID == appID+"-panic" {
			continue // it would be retried for long
		}
		run, err := e.WaitRun(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		outputs[run.FunctionID] = string(run.Output)
	}
	equal(t, "outputs", outputs, map[string]string{
		appID + "-charge": `"charged o-1"`, appID + "-note": `""`, appID + "-tenant": `null`,
	})
}
