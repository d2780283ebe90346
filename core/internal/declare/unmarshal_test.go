package declare

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
)

// everything has a field of each kind that is decoded differently.
type everything struct {
	Text    string              `json:"text"`
	Number  int64               `json:"number,string"`
	Small   uint8               `json:"small"`
	Ratio   float32             `json:"ratio"`
	On      *bool               `json:"on"`
	Bytes   []byte              `json:"bytes"`
	Pair    [2]int              `json:"pair"`
	Any     any                 `json:"any"`
	Raw     json.RawMessage     `json:"raw"`
	At      time.Time           `json:"at"`
	Within  time.Duration       `json:"within"`
	ByName  map[string][]string `json:"byName"`
	ByPlace map[int]*everything `json:"byPlace"`
	Skipped string              `json:"-"`
	embedded
}

type embedded struct{ Inner string }

// FuzzUnmarshal holds decoders to encoding/json: the same value, and an error for
// the same bytes.
func FuzzUnmarshal(f *testing.F) {
	for _, data := range []string{
		`{"text":"\ud800é","number":"7","small":300,"ratio":1e40,"on":null,"bytes":"AQ==","pair":[1,2,3]}`,
		`{"any":{"a":[1.5,null]},"exact":12345678901234567890,"raw":[ 1 ],"at":"2026-01-02T03:04:05Z","within":5}`,
		`{"byName":{"a":["b"]},"byPlace":{"1":{"Inner":"x"}},"TEXT":"folded","Inner":"y"}`, `[]`, `null`, `"text"`, `{"exact":"7"}`,
	} {
		f.Add([]byte(`{"name":"e","ts":1700000000000,"data":` + data + `}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		same[inngestgo.GenericEvent[everything]](t, raw)
		same[inngestgo.GenericEvent[map[string]any]](t, raw)
	})
}

func TestNumbersAreDecodedByTheStandardLibrary(t *testing.T) {
	t.Parallel()
	type inner struct{ Amounts map[string][]*json.Number }
	type outer struct {
		Self *outer
		inner
	}
	for _, raw := range []string{`{"Amounts":{"a":[12345678901234567890,"1.50",null]}}`, `{"Amounts":{"a":["many"]}}`} {
		same[outer](t, []byte(raw))
	}
}

func same[T any](t *testing.T, raw []byte) {
	t.Helper()
	var want T
	wantErr := json.Unmarshal(raw, &want)
	got, err := decoder[T]()(raw)
	if fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("error %v, want %v", err, wantErr)
	}
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("(-encoding/json +unmarshal):\n%s", cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true })))
	}
}
