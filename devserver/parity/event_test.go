package parity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"
)

func eventScenarios() []scenario {
	return []scenario{{
		name:  "event API",
		shows: "the event API accepts one event or a list of events; it refuses invalid JSON, an empty or reserved name, data that is not an object, a time before 1980 or after 2099, and a number that overflows a double",
		play: func(k *kit) {
			name := k.event("go")
			for body, ids := range map[string]int{
				`{"name":"` + name + `"}`:                                        1,
				`{"name":"` + name + `","data":null,"user":{},"v":"1"}`:          1,
				`[{"name":"` + name + `"},{"name":"` + name + `"}]`:              2,
				`{"name":"` + name + `","ts":1700000000000,"data":{"n":1}}`:      1,
				`{"name":"` + name + `","ts":4102444800000,"data":{"n":1e-400}}`: 1,
				`{"name":"` + strings.Repeat("e", 300) + `"}`:                    1,
				`{"name":"` + name + `","data":{"s":"` + repeat(256<<10) + `"}}`: 1,
			} {
				status, answer := k.call(http.MethodPost, "/e/key", body)
				var sent sent
				if err := json.Unmarshal([]byte(answer), &sent); err != nil || status != http.StatusOK || len(sent.IDs) != ids || sent.Status != status {
					k.Errorf("%.80s is answered %d %.200s, want %d ids", body, status, answer, ids)
				}
			}
			for _, body := range []string{
				`{`, `3`, `[3]`, `"s"`, `{}`, `{"name":""}`, `{"name":3}`, `{"name":"inngest/x"}`,
				`{"name":"x","ts":12}`, `{"name":"x","ts":-1}`, `{"name":"x","ts":"soon"}`,
				`{"name":"x","data":3}`, `{"name":"x","data":[1]}`, `{"name":"x","data":"s"}`, `{"name":"x","user":"s"}`, `{"name":"x","id":3}`,
				`{"name":"x","ts":99999999999999999}`, `{"name":"x","ts":4102444800001}`,
				`{"name":"x","data":{"n":1e400}}`, `{"name":"x","data":{"n":[-1e309]}}`, `{"name":"x","user":{"n":1e400}}`,
			} {
				status, answer := k.call(http.MethodPost, "/e/key", body)
				var sent sent
				if err := json.Unmarshal([]byte(answer), &sent); err != nil || status != http.StatusBadRequest || sent.Status != status || sent.Error == "" {
					k.Errorf("%.80s is answered %d %.200s, want a 400 that says why", body, status, answer)
				}
			}
			if status, _ := k.call(http.MethodGet, "/e/key", ""); status != http.StatusMethodNotAllowed {
				k.Errorf("a GET is answered %d", status)
			}
		},
	}, {
		name:    "event API at its edges",
		shows:   "an empty request, an event of more than 512 KiB, and an invalid event among valid ones",
		differs: "ours refuses all three, including the valid events; the official server accepts the first two, and from the third the events before the invalid one",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(_ context.Context, in input) (any, error) { k.notef("%v", in.Event.Data["n"]); return nil, nil }))
			name := k.event("go")
			for body, ours := range map[string]int{
				``: http.StatusBadRequest,
				`{"name":"` + k.event("big") + `","data":{"s":"` + repeat(600<<10) + `"}}`: http.StatusRequestEntityTooLarge,
			} {
				status, answer := k.call(http.MethodPost, "/e/key", body)
				equal(k, answer, status, pick(k, ours, http.StatusOK))
			}
			status, answer := k.call(http.MethodPost, "/e/key", `[{"name":"`+name+`","data":{"n":1}},{"name":""},{"name":"`+name+`","data":{"n":2}}]`)
			equal(k, answer, status, http.StatusBadRequest)
			k.runs(k.send("go", map[string]any{"n": 3}), 1)
			notes := k.await(pick(k, 1, 2))
			slices.Sort(notes)
			equal(k, "what started runs", notes, pick(k, []string{"3"}, []string{"1", "3"}))
		},
	}, {
		name:    "event id seed",
		shows:   "a request repeated with the same event id seed starts nothing twice",
		differs: "ours lists each event once; the official server lists it once for each request",
		play: func(k *kit) {
			k.serve(k.on("fn", "go", func(_ context.Context, in input) (any, error) { k.notef("%v", in.Event.Data["n"]); return nil, nil }))
			body := `[{"name":"` + k.event("go") + `","data":{"n":1}},{"name":"` + k.event("go") + `","data":{"n":2}}]`
			seed := fmt.Sprint(time.Now().UnixMilli(), ",") + base64.StdEncoding.EncodeToString([]byte(rand.Text()[:10]))
			_, first := k.call(http.MethodPost, "/e/key", body, "x-inngest-event-id-seed", seed)
			_, again := k.call(http.MethodPost, "/e/key", body, "x-inngest-event-id-seed", seed)
			equal(k, "the ids", again, first)
			k.await(2)
			k.runs(k.send("go", map[string]any{"n": 3}), 1)
			notes := k.await(3)
			slices.Sort(notes)
			equal(k, "what started runs", notes, []string{"1", "2", "3"})
			listed := pick(k, 3, 5)
			poll(k, "/v1/events?name="+k.event("go"), func(events []map[string]any) bool { return len(events) == listed })
		},
	}, {
		name:  "REST API",
		shows: "the fields of an event, and of a run while it runs and after its end",
		play: func(k *kit) {
			release := make(chan struct{})
			k.serve(k.on("fn", "go", func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "s", func(context.Context) (string, error) { k.notef("step"); <-release; return "done", nil })
			}))
			own := k.app + "-id"
			id := k.sendAll(inngestgo.Event{ID: &own, Name: k.event("go"), Data: map[string]any{"n": 1}, Timestamp: 1700000000000})[0]
			k.await(1)
			going := poll(k, "/v1/events/"+id+"/runs", func(runs []map[string]any) bool { return len(runs) == 1 && runs[0]["status"] == "Running" })[0]
			equal(k, "the fields of a run", slices.DeleteFunc(slices.Sorted(maps.Keys(going)), func(f string) bool { return f == "output" }), []string{
				"ended_at", "environment_id", "event_id", "function_id", "function_version", "run_id", "run_started_at", "status",
			})
			equal(k, "when it ended", going["ended_at"], nil)
			equal(k, "its event", going["event_id"], any(id))
			close(release)
			k.runs(id, 1)
			ended := poll(k, "/v1/runs/"+going["run_id"].(string), func(r map[string]any) bool { return r["ended_at"] != nil })
			equal(k, "its output", ended["output"], any("done"))
			equal(k, "its function", ended["function_id"], going["function_id"])

			event := poll(k, "/v1/events/"+id, func(e map[string]any) bool { return e != nil })
			delete(event, "received_at")
			equal(k, "the event", event, map[string]any{
				"internal_id": id, "id": own, "name": k.event("go"), "data": map[string]any{"n": 1.0}, "ts": 1700000000000.0,
				"account_id": noID, "environment_id": noID, "source": "", "source_id": nil,
			})
			list := poll(k, "/v1/events", func(events []map[string]any) bool { return len(events) > 0 })
			if len(list) == 0 {
				k.Error("no events are listed")
			}
		},
	}, {
		name:  "lists of events",
		shows: "events are listed by name, the latest first; an event's internal id as cursor selects the events before it; received_after and received_before bound their times; every limit is accepted, but not an invalid cursor or time",
		play: func(k *kit) {
			want := k.sendAll(inngestgo.Event{Name: k.event("e")}, inngestgo.Event{Name: k.event("e")}, inngestgo.Event{Name: k.event("e")})
			named := "/v1/events?name=" + k.event("e")
			poll(k, named, func(events []listedEvent) bool { return len(events) == len(want) })
			var got []string
			for cursor := ""; ; {
				page := k.list(named + "&limit=2&cursor=" + cursor)
				if len(page) == 0 {
					break
				}
				for _, e := range page {
					got, cursor = append(got, e.ID), e.ID
				}
			}
			slices.Reverse(got)
			equal(k, "the events, page by page", got, want)
			for query, n := range map[string]int{
				"received_after=2020-01-01T00:00:00Z": 3, "received_after=2020-01-01": 3, "received_after=2090-01-01T00:00:00Z": 0,
				"received_before=2020-01-01T00:00:00Z": 0, "received_before=2090-01-01T00:00:00Z": 3,
				"limit=0": 3, "limit=-1": 1, "limit=1000": 3, "limit=x": 3,
			} {
				equal(k, "the events for "+query, len(k.list(named+"&"+query)), n)
			}
			for _, query := range []string{"cursor=junk", "received_after=junk", "received_before=junk"} {
				_, body := k.call(http.MethodGet, named+"&"+query, "")
				var refused sent
				if err := json.Unmarshal([]byte(body), &refused); err != nil || refused.Status != http.StatusBadRequest || refused.Error == "" {
					k.Errorf("%s is answered %s, want status 400 and why", query, body)
				}
			}
		},
	}, {
		name:  "runs of a function",
		shows: "/v2/runs lists a function's runs by its id and its app's id; the function's id alone is refused, since other apps may have the same",
		play: func(k *kit) {
			done := func(context.Context, input) (any, error) { return "done", nil }
			k.serve(k.on("fn", "go", done), k.on("other", "go", done))
			want := k.runs(k.send("go", nil), 2)
			status, body := k.call(http.MethodGet, "/v2/runs?functionId=fn&appId="+k.app, "")
			var page struct{ Data []struct{ ID string } }
			if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK || len(page.Data) != 1 ||
				!slices.ContainsFunc(want, func(r run) bool { return r.ID == page.Data[0].ID }) {
				k.Errorf("the function's runs are %d %s, want one of %v", status, body, want)
			}
			status, body = k.call(http.MethodGet, "/v2/runs?functionId=fn", "")
			equal(k, "the runs of any app: "+body, status, http.StatusBadRequest)
		},
	}, {
		name:  "trace of attempts",
		shows: "/v2/runs/{id}/trace lists the attempts of a function as a whole, under Finalization",
		play: func(k *kit) {
			k.serve(k.with(options{ID: "fn", Retries: new(1)}, "go", func(_ context.Context, in input) (any, error) {
				if in.InputCtx.Attempt == 0 || in.Event.Data["fail"] == true {
					return nil, errors.New("not yet")
				}
				return "done", nil
			}))
			for status, fail := range map[string]bool{"COMPLETED": false, "FAILED": true} {
				r := k.runs(k.send("go", map[string]any{"fail": fail}), 1)[0]
				trace := poll(k, "/v2/runs/"+r.ID+"/trace", func(t trace) bool { f := t.RootSpan.child("Finalization"); return f != nil && f.Status == status })
				var got []string
				for _, attempt := range trace.RootSpan.child("Finalization").Children {
					got = append(got, attempt.Name+" "+attempt.Status)
				}
				equal(k, "the attempts", got, []string{"Attempt 0 FAILED", "Attempt 1 " + status})
			}
		},
	}, {
		name:    "REST API without an answer",
		shows:   "requests for unknown ids",
		differs: "ours answers with status 404; the official server answers with 200 and the status in the body, and with an empty list of runs for an unknown event",
		play: func(k *kit) {
			for _, path := range []string{"/v1/events/", "/v1/runs/"} {
				status, body := k.call(http.MethodGet, path+"01ARZ3NDEKTSV4RRFFQ69G5FAV", "")
				var answer struct{ Error string }
				if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error == "" {
					k.Errorf("%s is answered %s, want an error", path, body)
				}
				equal(k, path, status, pick(k, http.StatusNotFound, http.StatusOK))
			}
			status, _ := k.call(http.MethodGet, "/v1/events/01ARZ3NDEKTSV4RRFFQ69G5FAV/runs", "")
			equal(k, "an unknown event's runs", status, pick(k, http.StatusNotFound, http.StatusOK))
		},
	}}
}

// trace is the data of /v2/runs/{id}/trace.
type trace struct{ RootSpan span }

type span struct {
	Name, Status string
	Children     []span
}

// child returns the first child of a name, or nil.
func (s span) child(name string) *span {
	for i := range s.Children {
		if s.Children[i].Name == name {
			return &s.Children[i]
		}
	}
	return nil
}

// listedEvent is an event of a list.
type listedEvent struct {
	ID string `json:"internal_id"`
}

func (k *kit) list(path string) []listedEvent {
	k.Helper()
	_, body := k.call(http.MethodGet, path, "")
	var page struct{ Data []listedEvent }
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		k.Fatalf("%s is answered %s", path, body)
	}
	return page.Data
}

// sent is the event API's answer.
type sent struct {
	IDs    []string
	Status int
	Error  string
}

// noID replaces the ids of accounts and environments, which only a hosted server
// has.
const noID = "00000000-0000-0000-0000-000000000000"

func repeat(n int) string { return strings.Repeat("x", n) }
