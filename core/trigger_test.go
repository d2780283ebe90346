package inngestkit_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// registration is a function as Inngest would learn of it.
type registration struct {
	wire.FunctionConfig
	JSON string
}

// registered are an app's functions by id.
func registered(t *testing.T, app *inngestkit.App) map[string]registration {
	t.Helper()
	body := []byte(`{"url":"https://shop.example.com/api/inngest"}`)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/api/inngest", bytes.NewReader(body))
	r.Header.Set(wire.HeaderSignature, signature.Sign(signingKey, body, time.Now()))
	w := httptest.NewRecorder()
	app.Handler().ServeHTTP(w, r)
	var reply wire.InBandSyncReply
	if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil || w.Code != http.StatusOK {
		t.Fatalf("answered %d %s", w.Code, w.Body)
	}
	all := map[string]registration{}
	for _, raw := range reply.Functions {
		f := registration{JSON: string(raw)}
		if err := json.Unmarshal(raw, &f.FunctionConfig); err != nil {
			t.Fatal(err)
		}
		all[f.ID] = f
	}
	return all
}

func TestTriggersAsRegistered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trigger inngestkit.Triggerable
		want    []wire.Trigger
	}{
		"event":       {anyOrder.Trigger(), []wire.Trigger{{Event: "test/order.*"}}},
		"one filter":  {anyOrder.Trigger(inngestkit.If("event.data.total > 1")), []wire.Trigger{{Event: "test/order.*", Expression: "event.data.total > 1"}}},
		"two filters": {anyOrder.Trigger(inngestkit.If("a == 1 || b == 1"), inngestkit.If("c == 1")), []wire.Trigger{{Event: "test/order.*", Expression: "(a == 1 || b == 1) && (c == 1)"}}},
		"cron":        {inngestkit.Cron("0 9 * * 1-5"), []wire.Trigger{{Cron: "0 9 * * 1-5"}}},
		"zone":        {inngestkit.Cron("0 9 * * *", inngestkit.WithZone("Europe/Berlin")), []wire.Trigger{{Cron: "TZ=Europe/Berlin 0 9 * * *"}}},
		"jitter":      {inngestkit.Cron("0 9 * * *", inngestkit.WithJitter(90*time.Second)), []wire.Trigger{{Cron: "0 9 * * *", Jitter: "1m30s"}}},
		"any of": {
			inngestkit.AnyOf(anyOrder.Trigger(), inngestkit.AnyOf(inngestkit.Cron("0 9 * * *")), inngestgo.EventTrigger("test/a", nil)),
			[]wire.Trigger{{Event: "test/order.*"}, {Cron: "0 9 * * *"}, {Event: "test/a"}},
		},
		"the SDK's": {inngestgo.MultipleTriggers{inngestgo.EventTrigger("test/a", new("true"))}, []wire.Trigger{{Event: "test/a", Expression: "true"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHook(t, inngestkit.Config{SigningKey: signingKey}, inngestkit.NewFunction(opts("fn"), c.trigger, one))
			if diff := cmp.Diff(c.want, registered(t, h.app)["shop-fn"].Triggers); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestTriggersAreImmutable(t *testing.T) {
	t.Parallel()
	f := inngestkit.NewFunction(opts("fn"), anyOrder.Trigger(), one)
	f.Triggers()[0] = inngestgo.CronTrigger("* * * * *")
	if got := f.Triggers()[0]; got.EventTrigger == nil {
		t.Errorf("the trigger became %v", got.Cron)
	}
}

func TestEmptyFunction(t *testing.T) {
	t.Parallel()
	var f inngestkit.Function
	if f.ID() != "" || f.Name() != "" || f.Triggers() != nil {
		t.Error("an empty Function is not empty")
	}
}
