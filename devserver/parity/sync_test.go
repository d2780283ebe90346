package parity

import (
	"encoding/json"
	"net/http"
	"strings"
)

func syncScenarios() []scenario {
	return []scenario{{
		name:  "sync",
		shows: "a repeated sync counts as modified only if the functions have changed; functions that it no longer names are removed",
		play: func(k *kit) {
			one, two := k.config(nowhere, "one", nil), k.config(nowhere, "two", nil)
			for _, s := range []struct {
				functions []map[string]any
				modified  bool
			}{
				{[]map[string]any{one, two}, true}, {[]map[string]any{one, two}, false}, {[]map[string]any{two}, true}, {nil, true},
			} {
				status, body := k.register(nowhere, s.functions...)
				var reply struct{ OK, Modified bool }
				if err := json.Unmarshal([]byte(body), &reply); err != nil || status != http.StatusOK {
					k.Fatalf("%d %s", status, body)
				}
				equal(k, "the reply", reply, struct{ OK, Modified bool }{true, s.modified})
			}
			equal(k, "runs of functions that are gone", len(k.runs(k.send("one", nil), 0)), 0)
		},
	}, {
		name:  "sync of triggers",
		shows: "the triggers of a function: at most ten, no duplicates, names of at most 255 bytes, schedules of five fields with a jitter of at most five minutes, expressions that compile",
		play: func(k *kit) {
			trigger := func(list string) string { return `{"triggers":[` + list + `]}` }
			k.syncs(http.StatusOK,
				trigger(``),
				trigger(`{"event":"a"},{"event":"b"}`),
				trigger(`{"event":"a","expression":"event.data.x == 1"},{"event":"a"}`),
				trigger(`{"event":"*"}`),
				trigger(`{"event":"`+strings.Repeat("e", 255)+`"}`),
				trigger(`{"cron":"0 9 * * *"},{"event":"a"}`),
				trigger(`{"cron":"TZ=Europe/Berlin 0 9 * * 1-5","jitter":"5m"}`),
				trigger(`{"cron":"0 0 30 2 *"}`),
				trigger(`{"event":"a","expression":"event.data.x"}`),
			)
			k.syncs(http.StatusBadRequest,
				trigger(`{}`),
				trigger(`{"event":"a"},{"event":"a"}`),
				trigger(strings.Repeat(`{"event":"a"},`, 10)+`{"event":"b"}`),
				trigger(`{"event":"`+strings.Repeat("e", 256)+`"}`),
				trigger(`{"event":"a","cron":"0 9 * * *"}`),
				trigger(`{"cron":"often"}`),
				trigger(`{"cron":"@daily"}`),
				trigger(`{"cron":"0 0 9 * * *"}`),
				trigger(`{"cron":"TZ=Nowhere/City 0 9 * * *"}`),
				trigger(`{"cron":"0 9 * * *","jitter":"soon"}`),
				trigger(`{"cron":"0 9 * * *","jitter":"6m"}`),
				trigger(`{"event":"a","expression":"event.("}`),
				trigger(`{"event":"a","expression":"evnt.data.x == 1"}`),
				trigger(`{"event":"a","expression":"event.data.s.upperAscii() == 'X'"}`),
			)
		},
	}, {
		name:  "sync of functions",
		shows: "a sync needs a name for the app, and a name and an absolute URL for each function",
		play: func(k *kit) {
			k.syncs(http.StatusBadRequest,
				`{"name":""}`, `{"steps":{}}`, `{"steps":{"step":{"id":"step","name":"step","runtime":{"type":"http","url":"/api"}}}}`,
			)
			status, _ := k.call(http.MethodPost, "/fn/register", `{"url":"`+nowhere+`","functions":[]}`)
			equal(k, "a sync without an app", status, http.StatusBadRequest)
			status, _ = k.call(http.MethodPost, "/fn/register", `{`)
			equal(k, "a sync that is no JSON", status, http.StatusBadRequest)
		},
	}, {
		name:    "sync of doubtful functions",
		shows:   "functions without an id, twice in one sync, or with more than 20 retries",
		differs: "ours refuses them and says why; the official server takes them",
		play: func(k *kit) {
			want := pick(k, http.StatusBadRequest, http.StatusOK)
			retries := func(n int) string {
				raw, err := json.Marshal(map[string]any{"steps": steps("fn", nowhere, n)})
				if err != nil {
					k.Fatal(err)
				}
				return string(raw)
			}
			k.syncs(http.StatusOK, retries(0), retries(20))
			k.syncs(want, `{"id":""}`, retries(21), retries(-1))
			twice := k.config(nowhere, "fn", nil)
			status, body := k.register(nowhere, twice, twice)
			equal(k, "a function twice: "+body, status, want)
		},
	}}
}

// nowhere is the address of an app that is never called.
const nowhere = "http://127.0.0.1:1"

// syncs registers a function with each of the changes to its configuration,
// and asserts the answer.
func (k *kit) syncs(want int, changes ...string) {
	k.Helper()
	for _, raw := range changes {
		var change map[string]any
		if err := json.Unmarshal([]byte(raw), &change); err != nil {
			k.Fatal(err)
		}
		if status, body := k.register(nowhere, k.config(nowhere, "fn", change)); status != want {
			k.Errorf("%s is answered %d %s, want %d", raw, status, body, want)
		}
	}
}
