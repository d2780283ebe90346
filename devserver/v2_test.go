package devserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

// v2 makes a request of version 2 and compares the answer with a golden file.
func v2(t *testing.T, s *devserver.Server, name, method, path, body string) string {
	t.Helper()
	res, answer := call(t, method, s.URL()+"/api/v2"+path, body)
	golden(t, "v2-"+name, res, answer)
	return answer
}

// field returns one field of an answer's data.
func field(t *testing.T, answer, name string) string {
	t.Helper()
	var page struct{ Data map[string]any }
	if err := json.Unmarshal([]byte(answer), &page); err != nil {
		t.Fatalf("got %s", answer)
	}
	value, _ := page.Data[name].(string)
	return value
}

func TestV2Runs(t *testing.T) {
	s := serve(t, devserver.Config{RetryBackoff: func(int) time.Duration { return 0 }})
	tries := 0
	syncApp(t, app(t, s.URL(), func(ctx context.Context, in input) (any, error) {
		_, err := step.Run(ctx, "flaky", func(context.Context) (string, error) {
			if tries++; tries%2 == 1 || in.Event.Data["fail"] == true {
				return "", errors.New("not yet")
			}
			return "ok", nil
		})
		if err != nil {
			return nil, err
		}
		step.Sleep(ctx, "nap", time.Millisecond)
		return map[string]int{"n": 1}, nil
	}))
	event := send(t, s.URL(), `{"name":"go","data":{"x":1}}`)
	run := waitRun(t, s.URL(), event)["run_id"].(string)
	bad := waitRun(t, s.URL(), send(t, s.URL(), `{"name":"go","data":{"fail":true}}`))["run_id"].(string)

	v2(t, s, "run", "GET", "/runs/"+run, "")
	v2(t, s, "run-output", "GET", "/runs/"+run+"?includeOutput=true", "")
	v2(t, s, "run-failed", "GET", "/runs/"+bad+"?includeOutput=true", "")
	v2(t, s, "run-unknown", "GET", "/runs/"+unknownRun, "")
	v2(t, s, "run-invalid", "GET", "/runs/nope", "")
	v2(t, s, "trace", "GET", "/runs/"+run+"/trace", "")
	v2(t, s, "trace-output", "GET", "/runs/"+run+"/trace?includeOutput=true", "")
	v2(t, s, "trace-unknown", "GET", "/runs/"+unknownRun+"/trace", "")
	v2(t, s, "event-runs", "GET", "/events/"+event+"/runs", "")
	v2(t, s, "event-runs-invalid", "GET", "/events/nope/runs", "")
	v2(t, s, "runs", "GET", "/runs?limit=1&status=COMPLETED&functionId=fn&appId=shop&includeOutput=true", "")
	v2(t, s, "runs-none", "GET", "/runs?from=2999-01-01T00:00:00Z", "")
	v2(t, s, "runs-limit", "GET", "/runs?limit=1000", "")
	v2(t, s, "runs-status", "GET", "/runs?status=NOPE", "")
	v2(t, s, "runs-function", "GET", "/runs?functionId=fn", "")
	v2(t, s, "runs-cursor", "GET", "/runs?cursor=%2F", "")
	v2(t, s, "runs-from", "GET", "/runs?from=yesterday", "")
	v2(t, s, "no-route", "GET", "/nope", "")
	v2(t, s, "no-method", "DELETE", "/runs/"+run, "")
	v2(t, s, "no-get", "GET", "/runs/"+run+"/cancel", "")
	v2(t, s, "health", "GET", "/health", "")
}

func TestV2TraceOfAttempts(t *testing.T) {
	s := serve(t, devserver.Config{RetryBackoff: func(int) time.Duration { return 0 }})
	syncApp(t, app(t, s.URL(), func(ctx context.Context, in input) (any, error) {
		if in.Event.Data["step"] == true {
			if _, err := step.Run(ctx, "first", func(context.Context) (string, error) { return "one", nil }); err != nil {
				return nil, err
			}
		}
		if in.InputCtx.Attempt == 0 || in.Event.Data["fail"] == true {
			return nil, errors.New("not yet")
		}
		return "ok", nil
	}))
	for name, data := range map[string]string{"retried": `{}`, "failed": `{"fail":true}`, "retried-after-step": `{"step":true}`} {
		run := waitRun(t, s.URL(), send(t, s.URL(), `{"name":"go","data":`+data+`}`))["run_id"].(string)
		v2(t, s, "trace-"+name, "GET", "/runs/"+run+"/trace", "")
		v2(t, s, "trace-"+name+"-output", "GET", "/runs/"+run+"/trace?includeOutput=true", "")
	}
}

func TestV2TraceOfARunThatIsGoing(t *testing.T) {
	s := serve(t, devserver.Config{RetryBackoff: func(int) time.Duration { return time.Hour }})
	syncApp(t, app(t, s.URL(), func(context.Context, input) (any, error) { return nil, errors.New("not yet") }))
	run := startRun(t, s.URL(), `{"name":"go"}`)
	trace := func() string {
		_, body := call(t, http.MethodGet, s.URL()+"/v2/runs/"+run+"/trace", "")
		return body
	}
	for !strings.Contains(trace(), "Attempt 0") { // until the call is answered
		if t.Context().Err() != nil {
			t.Fatal("the test ended first")
		}
	}
	v2(t, s, "trace-waits-for-retry", "GET", "/runs/"+run+"/trace", "")
	call(t, http.MethodDelete, s.URL()+"/v1/runs/"+run, "")
	v2(t, s, "trace-cancelled", "GET", "/runs/"+run+"/trace", "")
}

func TestV2RunsGoOnByCursor(t *testing.T) {
	s := serve(t, devserver.Config{})
	syncApp(t, app(t, s.URL(), func(context.Context, input) (any, error) { return "ok", nil }))
	want := map[string]bool{}
	for range 5 {
		want[startRun(t, s.URL(), `{"name":"go"}`)] = true
	}
	turnPages(t, s.URL()+"/v2/runs", want)
}

// turnPages reads a list of version 2 in pages of two, and expects each of some
// ids once.
func turnPages(t *testing.T, url string, want map[string]bool) {
	t.Helper()
	for cursor := ""; ; {
		_, body := call(t, http.MethodGet, url+"?limit=2&cursor="+cursor, "")
		var page struct {
			Data []struct{ ID string }
			Page struct {
				Cursor  string
				HasMore bool
			}
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Data {
			if !want[item.ID] {
				t.Errorf("%s came twice, or from nowhere", item.ID)
			}
			delete(want, item.ID)
		}
		if cursor = page.Page.Cursor; !page.Page.HasMore {
			break
		}
	}
	if len(want) > 0 {
		t.Errorf("these are on no page of %s: %v", url, want)
	}
}

func TestV2ListsGoOnByCursor(t *testing.T) {
	s := serve(t, devserver.Config{})
	apps, functions := map[string]bool{}, map[string]bool{}
	for i := range 5 {
		functions[fmt.Sprint("f", i)] = true
	}
	for i := range 5 {
		name := fmt.Sprint("app", i)
		apps[name] = true
		if res, body := call(t, http.MethodPut, s.URL()+"/fn/register", syncOf(name, "http://127.0.0.1:1/"+name, slices.Sorted(maps.Keys(functions))...)); res.StatusCode != http.StatusOK {
			t.Fatal(body)
		}
	}
	turnPages(t, s.URL()+"/v2/apps", apps)
	turnPages(t, s.URL()+"/v2/apps/app3/functions", functions)
	v2(t, s, "functions-cursor", "GET", "/apps/app3/functions?cursor=nope", "")
}

// syncOf returns the sync of an app with functions of the given ids, which events
// of the same names start.
func syncOf(app, url string, ids ...string) string {
	functions := []string{}
	for _, id := range ids {
		functions = append(functions, fmt.Sprintf(`{"id":"%[1]s-%[2]s","name":%[2]q,"triggers":[{"event":%[2]q}],"steps":{"step":{"id":"step","runtime":{"url":"%[3]s?fnId=%[1]s-%[2]s"}}}}`, app, id, url))
	}
	return fmt.Sprintf(`{"appName":%q,"url":%q,"sdk":"go:v0.16.0","functions":[%s]}`, app, url, strings.Join(functions, ","))
}

func TestV2Actions(t *testing.T) {
	s := serve(t, devserver.Config{})
	syncApp(t, app(t, s.URL(), func(ctx context.Context, in input) (any, error) {
		if _, err := step.Run(ctx, "first", func(context.Context) (string, error) { return "one", nil }); err != nil {
			return nil, err
		}
		if in.Event.Data["wait"] == true {
			step.Sleep(ctx, "long", time.Hour)
		}
		return "ok", nil
	}))
	sent := v2(t, s, "event", "POST", "/events", `{"name":"go","data":{"x":1}}`)
	run := waitRun(t, s.URL(), field(t, sent, "eventId"))["run_id"].(string)
	v2(t, s, "event-no-name", "POST", "/events", `{"data":{}}`)
	v2(t, s, "event-no-json", "POST", "/events", `x`)
	v2(t, s, "event-array", "POST", "/events", `[]`)
	v2(t, s, "event-number", "POST", "/events", `{"name":5}`)
	v2(t, s, "event-data", "POST", "/events", `{"name":"go","data":[1]}`)

	waitStatus(t, s.URL(), field(t, v2(t, s, "rerun", "POST", "/runs/"+run+"/rerun", ""), "runId"), "Completed")
	again := field(t, v2(t, s, "rerun-step", "POST", "/runs/"+run+"/rerun", `{"fromStep":{"stepId":"first"}}`), "runId")
	waitStatus(t, s.URL(), again, "Completed")
	v2(t, s, "rerun-no-step", "POST", "/runs/"+run+"/rerun", `{"fromStep":{"stepId":"nope"}}`)
	v2(t, s, "rerun-from-nothing", "POST", "/runs/"+run+"/rerun", `{"fromStep":{}}`)
	v2(t, s, "rerun-unknown", "POST", "/runs/"+unknownRun+"/rerun", `{}`)

	v2(t, s, "cancel-ended", "POST", "/runs/"+run+"/cancel", "")
	waits := startRun(t, s.URL(), `{"name":"go","data":{"wait":true}}`)
	v2(t, s, "cancel", "POST", "/runs/"+waits+"/cancel", "")
	if got := status(t, s.URL(), waits); got != "Cancelled" {
		t.Errorf("the run is %s", got)
	}
	v2(t, s, "cancel-unknown", "POST", "/runs/"+unknownRun+"/cancel", "")

	invoked := v2(t, s, "invoke", "POST", "/apps/shop/functions/fn/invoke", `{"data":{"x":1}}`)
	waitStatus(t, s.URL(), field(t, invoked, "runId"), "Completed")
	keyed := v2(t, s, "invoke", "POST", "/apps/shop/functions/fn/invoke", `{"data":{"x":1},"idempotencyKey":"once"}`)
	repeated := v2(t, s, "invoke-again", "POST", "/apps/shop/functions/fn/invoke", `{"data":{"x":2},"idempotency_key":"once"}`)
	if field(t, repeated, "runId") != field(t, keyed, "runId") {
		t.Errorf("the key started %s and %s", keyed, repeated)
	}
	v2(t, s, "invoke-no-data", "POST", "/apps/shop/functions/nope/invoke", `{"data":null}`)
	v2(t, s, "invoke-unknown", "POST", "/apps/shop/functions/nope/invoke", `{"data":{}}`)
	v2(t, s, "invoke-data", "POST", "/apps/shop/functions/fn/invoke", `{"data":[1]}`)
}

func TestV2Apps(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: -1})
	url := app(t, s.URL(), func(context.Context, input) (any, error) { return "ok", nil })
	syncApp(t, url)
	if res, body := call(t, http.MethodPut, s.URL()+"/fn/register", limited); res.StatusCode != http.StatusOK {
		t.Fatal(body)
	}
	v2(t, s, "apps", "GET", "/apps", "")
	v2(t, s, "app", "GET", "/apps/shop", "")
	v2(t, s, "app-unknown", "GET", "/apps/nope", "")
	v2(t, s, "functions", "GET", "/apps/shop/functions", "")
	v2(t, s, "function", "GET", "/apps/limits/functions/all", "")
	v2(t, s, "function-unknown", "GET", "/apps/shop/functions/nope", "")
	v2(t, s, "sync", "POST", "/apps/shop/syncs", `{}`)
	v2(t, s, "sync-unreachable", "POST", "/apps/other/syncs", `{"url":"http://127.0.0.1:1/api/inngest"}`)
	v2(t, s, "sync-no-url", "POST", "/apps/nobody/syncs", `{}`)
}

func TestV2SyncAsksTheURL(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: -1})
	shop := app(t, s.URL(), func(context.Context, input) (any, error) { return "ok", nil })
	if res, body := call(t, "POST", s.URL()+"/v2/apps/shop/syncs", `{"url":"`+shop+`"}`); res.StatusCode != http.StatusOK {
		t.Fatal(body)
	}
	login := listen(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	for what, body := range map[string]string{
		"a scheme that is none":     `{"url":"ftp://x"}`,
		"no URL":                    `{"url":"http://"}`,
		"nobody there":              `{"url":"http://127.0.0.1:1/api/inngest"}`,
		"a page that asks who I am": `{"url":"` + login + `"}`,
	} {
		for _, name := range []string{"shop", "unknown", "-"} {
			res, answer := call(t, "POST", s.URL()+"/v2/apps/"+name+"/syncs", body)
			if res.StatusCode != http.StatusBadRequest || !strings.Contains(answer, "invalid_request") {
				t.Errorf("%s, for %s: got %d %s", what, name, res.StatusCode, answer)
			}
		}
	}
	v2(t, s, "sync-other-app", "POST", "/apps/other/syncs", `{"url":"`+shop+`"}`)
	if res, body := call(t, "POST", s.URL()+"/v2/apps/-/syncs", `{"url":"`+shop+`"}`); res.StatusCode != http.StatusOK {
		t.Errorf("the app at a URL, whatever its name: got %d %s", res.StatusCode, body)
	}
	if states := appStates(t, s.URL()); len(states) != 1 || states[0].URL != shop || states[0].Reason != nil {
		t.Errorf("the server keeps %+v, want %s alone", states, shop)
	}
}

// limited is the sync of an app whose one function has every option.
const limited = `{"appName":"limits","url":"http://127.0.0.1:1/x","sdk":"go:v0.16.0","functions":[{"id":"limits-all","name":"All",
	"triggers":[{"event":"e","expression":"event.data.n > 1"},{"cron":"0 9 * * *"}],
	"concurrency":{"step":[{"limit":5,"key":"event.data.user","scope":"env"}],"fn":[{"limit":1}]},
	"priority":{"run":"event.data.prio"},"idempotency":"event.data.id",
	"throttle":{"limit":10,"period":"1m0s","burst":2},
	"debounce":{"period":"10s","timeout":"1h0m0s","key":"event.data.id"},
	"timeouts":{"start":"1m0s","finish":"24h0m0s"},
	"cancel":[{"event":"stop","if":"event.data.id == async.data.id","timeout":"1h"}],
	"singleton":{"mode":"skip","key":"event.data.id"},
	"steps":{"step":{"id":"step","runtime":{"url":"http://127.0.0.1:1/x?fnId=limits-all"},"retries":{"attempts":2}}}}]}`
