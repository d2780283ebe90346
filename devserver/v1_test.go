package devserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

// sleeper starts an app with one function, shop-fn, whose runs wait for the
// signal that their event names.
func sleeper(t *testing.T, api string) {
	t.Helper()
	syncApp(t, app(t, api, func(ctx context.Context, in input) (any, error) {
		signal, _ := in.Event.Data["signal"].(string)
		return step.WaitForSignal[map[string]any](ctx, "wait", step.WaitForSignalOpts{Signal: signal, Timeout: time.Hour})
	}))
}

// startRun sends an event and returns the run that it started.
func startRun(t *testing.T, api, event string) string {
	t.Helper()
	_, body := call(t, http.MethodGet, api+"/v1/events/"+send(t, api, event)+"/runs", "")
	var page struct {
		Data []struct {
			RunID string `json:"run_id"`
		}
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Data) != 1 {
		t.Fatalf("got %s", body)
	}
	return page.Data[0].RunID
}

// status returns the status of a run.
func status(t *testing.T, api, run string) string {
	t.Helper()
	_, body := call(t, http.MethodGet, api+"/v1/runs/"+run, "")
	var page struct{ Data struct{ Status string } }
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		t.Fatalf("got %s", body)
	}
	return page.Data.Status
}

// waitStatus waits until a run has a status.
func waitStatus(t *testing.T, api, run, want string) {
	t.Helper()
	for status(t, api, run) != want {
		if t.Context().Err() != nil {
			t.Fatal("the test ended first")
		}
	}
}

const unknownRun = "01HP1ZX8M3NG9K5Z8M3NG9K5Z8"

func TestCancelByAPI(t *testing.T) {
	s := serve(t, devserver.Config{})
	sleeper(t, s.URL())
	run := startRun(t, s.URL(), `{"name":"go","data":{"signal":"a"}}`)
	for range 2 { // the second time changes nothing, and is not an error
		if res, body := call(t, http.MethodDelete, s.URL()+"/v1/runs/"+run, ""); res.StatusCode != http.StatusOK || body != "" {
			t.Fatalf("got %d %s", res.StatusCode, body)
		}
		if got := status(t, s.URL(), run); got != "Cancelled" {
			t.Errorf("the run is %s", got)
		}
	}
	for path, name := range map[string]string{"nope": "cancel-invalid", unknownRun: "cancel-unknown"} {
		res, body := call(t, http.MethodDelete, s.URL()+"/v1/runs/"+path, "")
		golden(t, name, res, body)
	}
}

func TestJobsByAPI(t *testing.T) {
	s := serve(t, devserver.Config{})
	sleeper(t, s.URL())
	run := startRun(t, s.URL(), `{"name":"go","data":{"signal":"a"}}`)
	jobs := func(run string) (reply, string) {
		return call(t, http.MethodGet, s.URL()+"/v1/runs/"+run+"/jobs", "")
	}
	for { // until the run waits
		res, body := jobs(run)
		if strings.Contains(body, "pause") {
			golden(t, "jobs", res, strings.ReplaceAll(body, run, "<run>"))
			break
		}
	}
	call(t, http.MethodDelete, s.URL()+"/v1/runs/"+run, "")
	for run, name := range map[string]string{run: "jobs-ended", "nope": "jobs-invalid", unknownRun: "jobs-unknown"} {
		res, body := jobs(run)
		golden(t, name, res, body)
	}
}

func TestBulkCancellation(t *testing.T) {
	s := serve(t, devserver.Config{})
	sleeper(t, s.URL())
	red := startRun(t, s.URL(), `{"name":"go","data":{"signal":"a","colour":"red"}}`)
	blue := startRun(t, s.URL(), `{"name":"go","data":{"signal":"b","colour":"blue"}}`)
	before := time.Now().UTC().Format(time.RFC3339Nano)
	later := startRun(t, s.URL(), `{"name":"go","data":{"signal":"c","colour":"red"}}`)
	post := func(name, body string) {
		t.Helper()
		res, answer := call(t, http.MethodPost, s.URL()+"/v1/cancellations", body)
		golden(t, name, res, answer)
	}
	post("cancellation", fmt.Sprintf(`{"app_id":"shop","function_id":"fn","started_before":%q,"if":"event.data.colour == 'red'"}`, before))
	for run, want := range map[string]string{red: "Cancelled", blue: "Running", later: "Running"} {
		if got := status(t, s.URL(), run); got != want {
			t.Errorf("a run is %s, want %s", got, want)
		}
	}
	post("cancellation-empty", `{}`)
	post("cancellation-no-json", `nope`)
	post("cancellation-future", `{"app_id":"shop","function_id":"fn","started_before":"2999-01-01T00:00:00Z"}`)
	post("cancellation-unknown", fmt.Sprintf(`{"app_id":"shop","function_id":"nope","started_before":%q}`, before))
	post("cancellation-if", fmt.Sprintf(`{"app_id":"shop","function_id":"fn","started_before":%q,"if":"event.("}`, before))
}

func TestSignalByAPI(t *testing.T) {
	s := serve(t, devserver.Config{})
	sleeper(t, s.URL())
	run := startRun(t, s.URL(), `{"name":"go","data":{"signal":"paid/1"}}`)
	post := func(body string) (reply, string) {
		return call(t, http.MethodPost, s.URL()+"/v1/signals", body)
	}
	for { // until the run waits
		res, body := post(`{"signal":"paid/1","data":{"amount":5}}`)
		if res.StatusCode == http.StatusOK {
			golden(t, "signal", res, body)
			break
		}
	}
	waitStatus(t, s.URL(), run, "Completed")
	if _, body := call(t, http.MethodGet, s.URL()+"/v1/runs/"+run, ""); !strings.Contains(body, `"amount":5`) {
		t.Errorf("got %s", body)
	}
	for name, body := range map[string]string{"signal-unknown": `{"signal":"paid/1"}`, "signal-no-json": `nope`, "signal-empty": `{}`} {
		res, answer := post(body)
		golden(t, name, res, answer)
	}
}

func TestInvokeBySlug(t *testing.T) {
	s := serve(t, devserver.Config{})
	syncApp(t, app(t, s.URL(), func(_ context.Context, in input) (any, error) { return in.Event.Data["x"], nil }))
	res, body := call(t, http.MethodPost, s.URL()+"/invoke/shop-fn", `{"data":{"x":"out"}}`)
	golden(t, "invoke", res, body)
	var sent struct{ ID string }
	if err := json.Unmarshal([]byte(body), &sent); err != nil {
		t.Fatal(err)
	}
	if run := waitRun(t, s.URL(), sent.ID); run["output"] != "out" {
		t.Errorf("got %v", run)
	}
	for name, c := range map[string][2]string{
		"invoke-unknown": {"shop-nope", `{}`}, "invoke-no-json": {"shop-fn", `nope`}, "invoke-data": {"shop-fn", `{"data":[1]}`},
		"invoke-array": {"shop-fn", `[1]`},
	} {
		res, body := call(t, http.MethodPost, s.URL()+"/invoke/"+c[0], c[1])
		golden(t, name, res, body)
	}
}

func TestFunctionsByApp(t *testing.T) {
	s := serve(t, devserver.Config{})
	sleeper(t, s.URL())
	res, body := call(t, http.MethodGet, s.URL()+"/v1/apps/shop/functions", "")
	golden(t, "app-functions", res, body)
	res, body = call(t, http.MethodGet, s.URL()+"/v1/apps/nope/functions", "")
	golden(t, "app-functions-none", res, body)
}
