package call

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSplitFindsTheParts(t *testing.T) {
	t.Parallel()
	raw := " {\"ctx\": {\"run_id\":\"r\"}, \"x\":[{\"event\":1}], \"event\" : {\"name\":\"e\"} ,\n\"events\":[ {\"name\":\"e\"}, {\"name\":\"f\"}],\"steps\":{\"a\" : {\"data\": 1}},\"use_api\":true} \n"
	body, err := split([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"event", string(body.event), `{"name":"e"}`},
		{"events[0]", string(body.events[0]), `{"name":"e"}`},
		{"events[1]", string(body.events[1]), `{"name":"f"}`},
		{"steps[a]", string(body.steps["a"]), `{"data": 1}`},
		{"ctx", string(body.ctx), `{"run_id":"r"}`},
	} {
		if c.got != c.want {
			t.Errorf("%s is %s, want %s", c.what, c.got, c.want)
		}
	}
	if !body.useAPI {
		t.Error("use_api was not found")
	}
}

func TestSplitRefusesWhatIsNoCall(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", " ", "null", "[]", "{", `{"event"`, `{"event":}`, `{"event":{}`, `{"event":{}}x`, `{"event":{}}{}`, `{"events":[1,]}`, `"event"`, "\xff"} {
		if _, err := split([]byte(raw)); err == nil {
			t.Errorf("%q was taken for a call", raw)
		}
	}
}

// FuzzSplit compares the walk with encoding/json: both accept the body, and find
// the same parts.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{`{"event":{"name":"e"},"events":[{}],"steps":{"a":{"data":1}},"ctx":{"run_id":"r"}}`, `{"event":1,"event":2}`, `{"\u0065vent":{}}`, `{"event":"\ud800"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		body, err := split(raw)
		if err != nil {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(raw, &want); err != nil {
			if strings.Contains(err.Error(), "max depth") {
				return
			}
			t.Fatalf("encoding/json refuses a body that was accepted: %v", err)
		}
		if ev, ok := want["event"]; ok && string(ev) != string(body.event) {
			t.Errorf("event is %q, want %q", body.event, ev)
		}
		var events []json.RawMessage
		_ = json.Unmarshal(want["events"], &events)
		if diff := cmp.Diff(events, body.events, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}
