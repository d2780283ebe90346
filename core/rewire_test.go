package inngestkit_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestRewiredAppSendsToTheKit(t *testing.T) {
	t.Parallel()
	own, kit := &eventAPI{}, &eventAPI{}
	h := newHook(t, inngestkit.Config{EventKey: eventKey, HTTPClient: &http.Client{Transport: own}},
		fn(func(ctx context.Context, _ inngestgo.Input[map[string]any]) (any, error) {
			return inngestkit.DefineEvent[map[string]any]("rewired").Send(ctx, "send", map[string]any{})
		}))
	taken := h.app.Sender()
	send := func(sender inngestkit.Sender) {
		t.Helper()
		if _, err := sender.Send(t.Context(), inngestgo.Event{Name: "rewired", Data: map[string]any{}}); err != nil {
			t.Fatal(err)
		}
	}

	wired, err := seam.Use().Rewire(h.app, seam.Wiring{Transport: kit, BaseURL: "http://kit.test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seam.Use().Rewire(h.app, seam.Wiring{Transport: kit}); err == nil {
		t.Error("an app was rewired twice")
	}
	send(taken)
	send(h.app.Sender())
	h.call(t, callOf{})
	if _, err := h.app.Client().Send(t.Context(), inngestgo.Event{Name: "rewired", Data: map[string]any{}}); err != nil {
		t.Fatal(err)
	}
	if len(kit.sent) != 4 || len(own.sent) != 0 {
		t.Errorf("%d sends reached the kit and %d the app's own server, want 4 and 0", len(kit.sent), len(own.sent))
	}

	wired.Restore()
	send(taken)
	if len(kit.sent) != 4 || len(own.sent) != 1 {
		t.Errorf("after Restore %d sends reached the kit and %d the app's own server, want 4 and 1", len(kit.sent), len(own.sent))
	}
}

func TestRewiredAppIsGivenKeys(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Mode: inngestkit.ModeCloud})
	wired, err := seam.Use().Rewire(h.app, seam.Wiring{Transport: &eventAPI{}, BaseURL: "http://kit.test", SigningKey: signingKey, EventKey: "key"})
	if err != nil {
		t.Fatal(err)
	}
	defer wired.Restore()
	if wired.SigningKey != signingKey || wired.ID != "shop" {
		t.Errorf("it describes itself as %+v", wired)
	}
	if _, err := h.app.Sender().Send(t.Context(), inngestgo.Event{Name: "rewired", Data: map[string]any{}}); err != nil {
		t.Error(err)
	}
}

func TestStepsAreObserved(t *testing.T) {
	t.Parallel()
	steps := 0
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ inngestgo.Input[map[string]any]) (any, error) {
		ev := inngestkit.DefineEvent[map[string]any]("observed")
		_, _ = ev.Send(ctx, "one", nil)
		_, _ = ev.Send(ctx, "two", nil)
		return nil, nil
	}))
	r := callOf{steps: map[string]string{"one": `{"data":"id"}`, "two": `{"data":"id"}`}}.request(seam.WithObserver(t.Context(), seam.Observer{Step: func() { steps++ }}))
	wantOutput(t, h.serve(r), "null")
	if steps != 2 {
		t.Errorf("%d steps were observed, want 2", steps)
	}
}

func TestMisorderedStepsAreObserved(t *testing.T) {
	t.Parallel()
	var met, before string
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ inngestgo.Input[map[string]any]) (any, error) {
		ev := inngestkit.DefineEvent[map[string]any]("observed")
		_, _ = ev.Send(ctx, "one", nil)
		_, _ = ev.Send(ctx, "two", nil)
		return nil, nil
	}))
	one, two := wire.HashStepID("one", 0), wire.HashStepID("two", 0)
	r := callOf{
		steps: map[string]string{"one": `{"data":"id"}`, "two": `{"data":"id"}`},
		ctx:   map[string]any{"stack": map[string]any{"stack": []string{two, one}, "current": 2}},
	}.request(seam.WithObserver(t.Context(), seam.Observer{Misordered: func(m, b string) { met, before = m, b }}))
	wantOutput(t, h.serve(r), "null")
	if met != one || before != two {
		t.Errorf("it met %q before %q, want %q before %q", met, before, one, two)
	}
}
