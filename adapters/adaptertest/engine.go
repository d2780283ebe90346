package adaptertest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// patience limits every wait. Only a failing test reaches it.
const patience = 10 * time.Second

// played is an application with an engine in the place of Inngest. A request to
// OrdersPath sends an event.
type played struct {
	*kit
	engine *engine.Engine
	nulls  atomic.Int32 // calls answered 200 null
}

// play syncs an application with an engine. The function setup may be nil.
func play(t *testing.T, a Adapter, setup func(*Setup), sources ...inngestkit.Source) *played {
	t.Helper()
	return playOn(t, nil, a, setup, sources...)
}

// playOn is play on a network.
func playOn(t *testing.T, n *network, a Adapter, setup func(*Setup), sources ...inngestkit.Source) *played {
	t.Helper()
	p := &played{kit: newKitOn(t, n, a, func(s *Setup) {
		s.Middleware = true
		s.Orders = func(send Send) ([]string, error) { return send(orderPlaced.New(order{ID: "o-1"})) }
		if setup != nil {
			setup(s)
		}
	}, func(c *inngestkit.Config) { c.AllowUnsignedSync = true }, sources...)}

	transport := n.transport()
	t.Cleanup(transport.CloseIdleConnections)
	var err error
	p.engine, err = engine.New(engine.Config{
		Transport: watch{transport, &p.nulls}, SigningKey: signingKey,
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.engine.Close() })
	p.inngest.onSync = func(req wire.SyncRequest) error {
		_, err := p.engine.Register(req)
		return err
	}
	p.inngest.onEvents = func(events []wire.Event) ([]string, error) { return p.engine.Send("", events...) }
	if err := p.engine.SyncURL(t.Context(), p.url+defaultPath); err != nil {
		t.Fatal(err)
	}
	return p
}

// order makes the application send its event, and returns the event's internal id.
func (p *played) order() string {
	p.Helper()
	return parse[[]string](p, p.do(http.MethodPost, OrdersPath, nil).body)[0]
}

// outputs waits for the runs of an event and returns the output of each function.
func (p *played) outputs(event string) map[string]string {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), patience)
	defer cancel()
	ev, err := p.engine.Event(event)
	if err != nil {
		p.Fatal(err)
	}
	outputs := map[string]string{}
	for _, id := range ev.RunIDs {
		if run, err := p.engine.Run(id); err != nil || run.FunctionID == appID+"-panic" {
			continue // its retries take long
		}
		run, err := p.engine.WaitRun(ctx, id)
		if err != nil {
			p.Fatal(err)
		}
		outputs[strings.TrimPrefix(run.FunctionID, appID+"-")] = string(run.Output)
	}
	return outputs
}

// watch counts the answers that would end a run without a result.
type watch struct {
	http.RoundTripper

	nulls *atomic.Int32
}

func (w watch) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.RoundTripper.RoundTrip(r)
	if err != nil || res.StatusCode != http.StatusOK || r.Method != http.MethodPost {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if strings.TrimSpace(string(body)) == "null" {
		w.nulls.Add(1)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, err
}

// testEngine uses an engine in the place of Inngest: it syncs, receives an event
// from the application's handler, and runs the functions to their results.
func testEngine(t *testing.T, a Adapter) {
	p := play(t, a, nil)
	equal(t, "framework", p.engine.Apps()[0].Framework, a.Framework)
	equal(t, "outputs", p.outputs(p.order()), map[string]string{"charge": `"charged o-1"`, "note": `""`, "tenant": `null`})
}
