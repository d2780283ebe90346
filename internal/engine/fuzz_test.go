package engine_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// FuzzAnswer checks that no answer of an app can stop the engine, leave a run with
// nothing due, or make the body of a call invalid JSON.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `[null]`, `{}`, `"x"`, `[{"id":"a","op":"StepRun","data":1}]`,
		`[{"id":"a","op":"StepError","error":{"name":"E","message":"m"}},{"id":"b","op":"StepPlanned"}]`,
		`[{"id":"a","op":"StepPlanned"},{"id":"a","op":"StepPlanned"},{"id":"step","op":"StepPlanned"}]`,
		`[{"id":"a","op":"Sleep","opts":{"duration":"1h","parallelMode":"race"}},{"id":"b","op":"Sleep","name":"-1s"}]`,
		`[{"id":"a","op":"WaitForEvent","opts":{"event":"go","timeout":"1s","if":"async.data.x == event.data.x"}}]`,
		`[{"id":"a","op":"InvokeFunction","opts":{"function_id":"shop-raw","timeout":"1m","payload":{"data":{}}}}]`,
		`[{"id":"a","op":"Gateway","opts":{"url":"http://a.test","method":"GET","headers":{"a":"b"}}},{"id":"b","op":"AIGateway","opts":{"url":"://","body":[]}}]`,
		`[{"id":"a","op":"RunComplete","data":{}}]`, `[{"id":"a","op":"Nope"}]`,
	} {
		f.Add(206, seed, "", "")
		f.Add(200, seed, "true", "5")
	}
	f.Fuzz(func(t *testing.T, status int, body, noRetry, retryAfter string) {
		if status < 200 || status > 599 {
			status = http.StatusPartialContent
		}
		calls := 0
		k := newRaw(t, func(w http.ResponseWriter, r *http.Request) {
			var req wire.CallRequest
			if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
				t.Errorf("the call is not JSON: %v", err)
			}
			if calls++; calls > 3 {
				return // otherwise a function that invokes itself would never end
			}
			w.Header().Set(wire.HeaderNoRetry, noRetry)
			w.Header().Set(wire.HeaderRetryAfter, retryAfter)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}, func(c *engine.Config) {
			c.Gateway = engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		})
		run := k.runsOf(k.send("go", `{"x":1}`))[0]
		k.end(run)
	})
}

// FuzzEvents checks that every accepted event reaches the app as valid JSON.
func FuzzEvents(f *testing.F) {
	for _, seed := range []string{
		``, `[]`, `{"name":"go"}`, `[{"name":"go","data":{"a":[1,{}]},"user":{},"v":"1","ts":1700000000000}]`,
		`{"name":"go","id":"\u0000\ud800","data":null}`, `{"name":"go","data":{"a":1,"a":2}}`,
		`{"name":"go","data":{"a\\":[1e400,"\"-1"]}}`,
	} {
		f.Add([]byte(seed), "1700000000000,AAECAwQFBgcICQ==")
	}
	f.Fuzz(func(t *testing.T, body []byte, seed string) {
		events, err := engine.ParseEvents(body)
		if err != nil {
			return
		}
		k := newRaw(t, func(_ http.ResponseWriter, r *http.Request) {
			var req wire.CallRequest
			if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
				t.Errorf("the call is not JSON: %v", err)
			}
		})
		ids, err := k.Send(seed, events...)
		if err == nil && len(ids) != len(events) {
			t.Errorf("%d ids for %d events", len(ids), len(events))
		}
		k.rest()
	})
}

// FuzzRegister checks that no configuration of an app can stop the engine, and that the
// engine can run every configuration that it accepts.
func FuzzRegister(f *testing.F) {
	for _, seed := range []string{
		`"concurrency":5`, `"concurrency":[{"limit":1,"key":"event.data.x","scope":"account"}]`, `"concurrency":{"fn":[{"limit":1}]}`,
		`"throttle":{"limit":1,"period":"1m","burst":2}`, `"rateLimit":{"limit":9,"period":"1h","key":"event.data"}`,
		`"debounce":{"period":"1s","timeout":"2s","key":"event.data.x"}`, `"batchEvents":{"maxSize":2,"timeout":"1s","if":"true"}`,
		`"singleton":{"mode":"cancel","key":"event.ts"}`, `"priority":{"run":"event.data.x * 1e300"}`, `"idempotency":"event.id"`,
		`"cancel":[{"event":"go","if":"async.data.x == event.data[\"x\"]","timeout":"1s"}]`, `"timeouts":{"start":"0s","finish":"-1s"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, config string) {
		k := newRaw(t, func(http.ResponseWriter, *http.Request) {})
		if _, err := k.Register(configured(config)); err != nil {
			return
		}
		for range 3 {
			k.send("go", `{"x":1}`)
			k.rest()
		}
		for range 20 { // all due work ends at last
			at, ok := k.clock.Next()
			if !ok {
				break
			}
			k.clock.Advance(at.Sub(k.clock.Now()))
			k.rest()
		}
	})
}
