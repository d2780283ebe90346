package inngestkit

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSplitFindsTheParts(t *testing.T) {
	t.Parallel()
	raw := " {\"ctx\": {\"run_id\":\"r\"}, \"x\":[{\"event\":1}], \"event\" : {\"name\":\"e\"} ,\n\"events\":[ {\"name\":\"e\"}, {\"name\":\"f\"}],\"steps\":null,\"use_api\":true} \n"
	body, err := split([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"event", string(body.event), `{"name":"e"}`},
		{"events", string(body.events), `[ {"name":"e"}, {"name":"f"}]`},
		{"events[1]", string(elements(body.events)[1]), `{"name":"f"}`},
		{"steps", string(body.steps), `{}`},
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

// FuzzSplit holds the walk to encoding/json: what it accepts, that accepts,
// and both find the same parts.
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
			t.Fatalf("encoding/json refuses what was accepted: %v", err)
		}
		if ev, ok := want["event"]; ok && string(ev) != string(body.event) {
			t.Errorf("event is %q, want %q", body.event, ev)
		}
		if all := elements(body.events); len(all) > 0 {
			var list []json.RawMessage
			if err := json.Unmarshal(want["events"], &list); err != nil || len(list) != len(all) {
				t.Errorf("%d events, want %d (%v)", len(all), len(list), err)
			}
		}
	})
}
