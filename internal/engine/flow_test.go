package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// configured returns a sync of one function with this configuration.
func configured(config string) wire.SyncRequest {
	app := rawApp("shop-raw", `[{"event":"go"}]`)
	app.Functions[0] = []byte(strings.TrimSuffix(string(app.Functions[0]), "}") + "," + config + "}")
	return app
}

// TestRefusedFlow checks that a sync refuses every invalid expression and bound, and
// names its field.
func TestRefusedFlow(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	for config, want := range map[string]string{
		`"concurrency":[{"limit":1,"key":"event.("}]`:                                                    `concurrency.key: the expression "event.("`,
		`"concurrency":[{"limit":-1}]`:                                                                   "concurrency.limit must be 0",
		`"concurrency":[{"limit":1,"scope":"env"}]`:                                                      `scope "env" needs a key`,
		`"concurrency":[{"limit":1,"scope":"galaxy"}]`:                                                   `must be fn, env or account, not "galaxy"`,
		`"concurrency":[{"limit":1},{"limit":2},{"limit":3}]`:                                            "at most 2 limits",
		`"concurrency":{"fn":[{"limit":1},{"limit":2}]}`:                                                 "1 for runs",
		`"concurrency":"many"`:                                                                           "concurrency is a number",
		`"throttle":{"limit":0,"period":"5s"}`:                                                           "throttle.limit must be 1",
		`"throttle":{"limit":1,"period":"soon"}`:                                                         `throttle.period: "soon"`,
		`"throttle":{"limit":1,"period":"5s","key":"event.("}`:                                           "throttle.key",
		`"rateLimit":{"limit":0,"period":"5s"}`:                                                          "rateLimit.limit must be 1",
		`"rateLimit":{"limit":1,"period":"25h"}`:                                                         "rateLimit.period must be 24h0m0s or less",
		`"rateLimit":{"limit":1,"period":"5s","key":"event.("}`:                                          "rateLimit.key",
		`"idempotency":"event.("`:                                                                        "idempotency: the expression",
		`"debounce":{"period":"100ms"}`:                                                                  "debounce.period must be 1s or more",
		`"debounce":{"period":"8d"}`:                                                                     "debounce.period must be 168h0m0s or less",
		`"debounce":{"period":"1s","timeout":"soon"}`:                                                    "debounce.timeout",
		`"debounce":{"period":"1s","key":"event.("}`:                                                     "debounce.key",
		`"batchEvents":{"maxSize":1,"timeout":"5s"}`:                                                     "batchEvents.maxSize must be 2",
		`"batchEvents":{"maxSize":9,"timeout":"9ms"}`:                                                    "batchEvents.timeout must be 1s or more",
		`"batchEvents":{"maxSize":9,"timeout":"5s","key":"event.("}`:                                     "batchEvents.key",
		`"batchEvents":{"maxSize":9,"timeout":"5s","if":"event.("}`:                                      "batchEvents.if",
		`"batchEvents":{"maxSize":9,"timeout":"5s"},"debounce":{"period":"1s"}`:                          "batchEvents and debounce exclude",
		`"batchEvents":{"maxSize":9,"timeout":"5s"},"cancel":[{"event":"x"}]`:                            "batchEvents and cancel exclude",
		`"batchEvents":{"maxSize":9,"timeout":"5s"},"singleton":{"mode":"skip"}`:                         "batchEvents and singleton exclude",
		`"priority":{"run":"event.("}`:                                                                   "priority.run",
		`"singleton":{"mode":"wait"}`:                                                                    `must be skip or cancel, not "wait"`,
		`"singleton":{"mode":"skip","key":"event.("}`:                                                    "singleton.key",
		`"cancel":[{"event":"x","if":"event.("}]`:                                                        "cancel.if",
		`"cancel":[{"if":"true"}]`:                                                                       "cancel names no event",
		`"cancel":[{"event":"x","timeout":"soon"}]`:                                                      "cancel.timeout",
		`"cancel":[{"event":"a"},{"event":"b"},{"event":"c"},{"event":"d"},{"event":"e"},{"event":"f"}]`: "at most 5 events",
		`"timeouts":{"start":"soon"}`:                                                                    "timeouts.start",
		`"timeouts":{"finish":"soon"}`:                                                                   "timeouts.finish",
	} {
		_, err := k.Register(configured(config))
		var refused *engine.RequestError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), "shop-raw: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", config, err, want)
		}
	}
	if len(k.Apps()) != 0 {
		t.Error("a refused sync was kept")
	}
}

// TestFormsOfConcurrency checks all forms in which SDKs write concurrency limits.
func TestFormsOfConcurrency(t *testing.T) {
	t.Parallel()
	for _, config := range []string{
		`"concurrency":null`, `"concurrency":0`, `"concurrency":5`, `"concurrency":{"limit":5}`,
		`"concurrency":[{"limit":5},{"limit":1,"key":"event.data.x","scope":"account"}]`,
		`"concurrency":{"fn":[{"limit":5}],"step":[{"limit":5,"scope":"Fn"}]}`,
		`"throttle":{"limit":5,"period":"1m","burst":null}`,
		`"batchEvents":{"maxSize":9,"timeout":"5s"},"rateLimit":{"limit":1,"period":"5s"}`,
	} {
		k := newKit(t)
		if _, err := k.Register(configured(config)); err != nil {
			t.Errorf("%s: %v", config, err)
		}
	}
}
