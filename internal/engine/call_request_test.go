package engine_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// TestLargeState checks the second call of a run, whose state may be too large to be
// sent with it.
func TestLargeState(t *testing.T) {
	t.Parallel()
	type part struct {
		UseAPI bool `json:"use_api"`
	}
	type body struct {
		part

		Ctx    part
		Event  struct{ Data struct{ Pad string } }
		Events []json.RawMessage
		Steps  map[string]json.RawMessage
	}
	for name, c := range map[string]struct {
		pad, result   int // bytes
		useAPI        bool
		events, steps int
	}{
		"it fits":                  {pad: 100, result: 100, events: 1, steps: 1},
		"the results are too many": {pad: 100, result: 1000, useAPI: true, events: 1},
		"the events are too many":  {pad: 1000, result: 100, useAPI: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			var sent body
			k := newRaw(t, func(w http.ResponseWriter, r *http.Request) {
				sent = body{}
				if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
					t.Error(err)
				}
				if calls++; calls == 1 {
					w.WriteHeader(http.StatusPartialContent)
					_, _ = io.WriteString(w, `[{"id":"a","op":"StepRun","data":"`+strings.Repeat("x", c.result)+`"}]`)
				}
			}, func(cfg *engine.Config) { cfg.SendBytes = 800 })
			k.play(`{"pad":"` + strings.Repeat("p", c.pad) + `"}`)
			if sent.UseAPI != c.useAPI || sent.Ctx.UseAPI != c.useAPI || len(sent.Events) != c.events || len(sent.Steps) != c.steps {
				t.Errorf("got use_api %t and %t, %d events and %d steps", sent.UseAPI, sent.Ctx.UseAPI, len(sent.Events), len(sent.Steps))
			}
			if len(sent.Event.Data.Pad) != c.pad {
				t.Error("the event was not sent")
			}
		})
	}
}

// TestURLWithPassword checks that a call sends the user and password of its URL in a
// header, and not in the URL.
func TestURLWithPassword(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) {
		c.Transport = engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, password, ok := r.BasicAuth(); !ok || user != "me" || password != "secret" || r.URL.User != nil {
				t.Errorf("%s was called with user %q and password %q", r.URL, user, password)
			}
			w.Header().Set(wire.HeaderSDK, "test:v1")
		}))
	})
	app := rawApp("shop-raw", `[{"event":"go"}]`)
	app.Functions[0] = json.RawMessage(strings.Replace(string(app.Functions[0]), "http://", "http://me:secret@", 1))
	must(k.Register(app))
	want(t, k.play(`{}`), `null`)
}
