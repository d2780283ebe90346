package validate_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"testing"
	"time"
)

type (
	unexported struct{ Name string }
	empty      struct{ name string }
	writer     struct{ cents int }
	level      int
	text       string
	selfMade   struct{ Shape fmt.Stringer }
	object     struct{ cents int }
	failing    struct{ cents int }
	pointers   struct{ cents int }
	listed     []int
	textSelf   struct{ Shape fmt.Stringer }
	configured struct{ Count int }
	ptrLevel   int
	ptrText    struct{ cents int }
	rawText    []byte
	octets     []byte
)

func (textSelf) MarshalText() ([]byte, error) { return nil, nil }

func (*textSelf) UnmarshalText([]byte) error { return nil }

func (*configured) MarshalJSON() ([]byte, error) { return nil, nil }

func (*configured) UnmarshalJSON([]byte) error { return nil }

func (*ptrLevel) MarshalText() ([]byte, error) { return nil, nil }

func (*ptrLevel) UnmarshalText([]byte) error { return nil }

func (p *ptrText) MarshalText() ([]byte, error) { return []byte(fmt.Sprint(p.cents)), nil }

func (*ptrText) UnmarshalText([]byte) error { return nil }

func (octets) MarshalJSON() ([]byte, error)  { return []byte("[1]"), nil }
func (rawText) MarshalText() ([]byte, error) { return nil, nil }

func (writer) MarshalJSON() ([]byte, error) { return []byte(`1.5`), nil }

func (level) MarshalText() ([]byte, error) { return []byte("high"), nil }

func (text) MarshalText() ([]byte, error) { return []byte("high"), nil }

func (*selfMade) UnmarshalJSON([]byte) error { return nil }

func (object) MarshalJSON() ([]byte, error) { return []byte(`{"cents":1}`), nil }

func (failing) MarshalJSON() ([]byte, error) { panic("not set") }

func (*pointers) MarshalJSON() ([]byte, error) { return []byte(`"a"`), nil }

func (listed) MarshalJSON() ([]byte, error) { return []byte(`true`), nil }

func (e empty) String() string { return e.name }

func (w writer) total() int { return w.cents }

func (o object) total() int { return o.cents }

func (f failing) total() int { return f.cents }

func (p pointers) total() int { return p.cents }

var _ = []int{writer{}.total(), object{}.total(), failing{}.total(), pointers{}.total()}

func TestCheckUnreadable(t *testing.T) {
	t.Parallel()
	type inner struct{ Err error }
	type tagged struct {
		*unexported `json:"name"`
	}
	type Exported struct{ *unexported }
	type through struct{ Exported }
	tests := []struct {
		value any
		want  []string
	}{
		{struct{ *unexported }{}, []string{"unexported: is an embedded pointer to an unexported struct"}},
		{tagged{}, []string{"unexported: is an embedded pointer to an unexported struct"}},
		{through{}, []string{"unexported: is an embedded pointer to an unexported struct"}},
		{[]tagged{}, []string{"unexported: is an embedded pointer to an unexported struct"}},
		{struct{ Shape fmt.Stringer }{}, []string{"Shape: holds the interface fmt.Stringer"}},
		{struct{ fmt.Stringer }{}, []string{"Stringer: holds the interface fmt.Stringer"}},
		{struct{ Shapes map[string][]*fmt.Stringer }{}, []string{"Shapes: holds the interface fmt.Stringer"}},
		{struct {
			Inner []inner `validate:"-"`
			Other error   `validate:"required"`
		}{}, []string{"Err: holds the interface error", "Other: holds the interface error"}},
		{struct{ Price writer }{}, []string{"Price: holds a validate_test.writer, whose method writes a JSON number"}},
		{struct{ Level *level }{}, []string{"Level: holds a validate_test.level, whose method writes a JSON string"}},
		{struct{ Listed listed }{}, []string{"Listed: holds a validate_test.listed, whose method writes a JSON boolean"}},
		{struct{ By map[level]int }{}, []string{"By: holds a map with keys of type validate_test.level"}},
		{map[string]error{}, []string{": holds the interface error"}},

		{time.Time{}, []string{": is not written as a JSON object"}},
		{&time.Time{}, []string{": is not written as a JSON object"}},
		{moment{}, []string{": is not written as a JSON object"}},
		{netip.Addr{}, []string{": is not written as a JSON object"}},
		{writer{}, []string{": is not written as a JSON object"}},
		{big.Int{}, []string{": holds a big.Int, which encoding/json writes as {} where it is no pointer: write *big.Int"}},
		{struct{ Sum [2]big.Int }{}, []string{"Sum: holds a big.Int"}},
		{struct{ Sum ptrText }{}, []string{"Sum: holds a validate_test.ptrText"}},
		{struct {
			In *struct{ Sums map[string]big.Int }
		}{}, []string{"Sums: holds a big.Int"}},
		{struct{ Sums map[string]big.Int }{}, []string{"Sums: holds a big.Int"}},

		{struct{ unexported }{}, nil},
		{struct{ *empty }{}, nil},
		{struct{ *numbers }{}, nil},
		{struct {
			*unexported `json:"-"`
			Shape       fmt.Stringer `json:"-"`
			shape       fmt.Stringer
		}{}, nil},
		{struct {
			Self     selfMade
			Text     text
			Object   object
			Failing  failing
			Pointers pointers
			Time     *time.Time
			Addr     netip.Addr
			Int      *big.Int
			Ints     []big.Int
			ByName   map[string]*big.Int
			Raw      json.RawMessage
			Number   json.Number
			By       map[text]int
			Times    map[int]time.Time
			Any      []any
			Func     func()
			TextSelf textSelf
			Config   configured
			Level    ptrLevel
			RawText  rawText
			Picky    picky
			Octets   octets
			hidden   struct{ Err error }
		}{}, nil},
		{object{}, nil},
		{map[string]any{}, nil},
	}
	for _, tt := range tests {
		expect(t, reflect.TypeOf(tt.value), tt.want...)
	}
}
