package validate_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

// An example has something in every place.
func TestExampleOfEveryKind(t *testing.T) {
	t.Parallel()
	type every struct {
		Bool   bool              `json:"bool"`
		Int    int8              `json:"int"`
		Uint   uint16            `json:"uint"`
		Float  float32           `json:"float"`
		String string            `json:"string"`
		Ptr    *string           `json:"ptr"`
		List   []int             `json:"list"`
		Array  [2]int            `json:"array"`
		Map    map[string]bool   `json:"map"`
		Deep   map[int][]float64 `json:"deep"`
		Time   time.Time         `json:"time"`
		Any    any               `json:"any"`
		GT     int               `json:"gt" validate:"gt=5"`
		GTE    uint              `json:"gte" validate:"omitempty,gte=5"`
		Min    float64           `json:"min" validate:"min=2.5"`
		Eq     int               `json:"eq" validate:"eq=-7"`
		Below  uint              `json:"below" validate:"gte=-7"`
		Len    string            `json:"len" validate:"len=3"`
		Short  string            `json:"short" validate:"min=3"`
		Exact  string            `json:"exact" validate:"min=6"`
		Long   string            `json:"long" validate:"min=7"`
		Words  string            `json:"words" validate:"gt=7"`
		Odd    string            `json:"odd" validate:"len=x"`
		Email  string            `json:"email" validate:"required,email"`
		Count  int               `json:"count" validate:"email"`
	}
	got, err := json.Marshal(validate.Default().Example(reflect.TypeFor[every]()))
	if err != nil {
		t.Fatal(err)
	}
	var value map[string]any
	if err := json.Unmarshal(got, &value); err != nil {
		t.Fatal(err)
	}
	if at, _ := time.Parse(time.RFC3339, value["time"].(string)); at.Unix() != 1 {
		t.Errorf("time: got %v", value["time"])
	}
	delete(value, "time")
	want := map[string]any{
		"bool": true, "int": 1.0, "uint": 1.0, "float": 1.0, "string": "sample", "ptr": "sample", "list": []any{1.0},
		"array": []any{1.0, 0.0}, "map": map[string]any{"sample": true}, "deep": map[string]any{"1": []any{1.0}}, "any": nil,
		"gt": 6.0, "gte": 5.0, "min": 2.5, "eq": -7.0, "below": 0.0, "len": "xxx", "short": "sample", "exact": "sample",
		"long": "xxxxxxx", "words": "sample", "odd": "sample", "email": "name@example.com", "count": 1.0,
	}
	if diff := cmp.Diff(want, value); diff != "" {
		t.Errorf("example (-want +got):\n%s", diff)
	}
	if got := validate.Default().Example(nil); got != nil {
		t.Errorf("an example of nothing: %v", got)
	}
}

func TestExampleKeepsToTheRules(t *testing.T) {
	t.Parallel()
	type line struct {
		SKU      string  `json:"sku"      validate:"required,len=8"`
		Quantity int     `json:"quantity" validate:"gte=1"`
		Price    float64 `json:"price"    validate:"gt=0"`
	}
	type order struct {
		ID     string            `json:"id"     validate:"required,uuid"`
		Email  string            `json:"email"  validate:"omitempty,email"`
		Source string            `json:"source" validate:"oneof=web mobile api"`
		Quoted string            `json:"quoted" validate:"oneof='by hand' other"`
		Lines  []line            `json:"lines"  validate:"min=1,dive"`
		Tags   []string          `json:"tags"   validate:"dive,min=10"`
		Site   *string           `json:"site"   validate:"omitempty,url"`
		At     time.Time         `json:"at"`
		Notes  map[string]string `json:"notes"`
		Self   *order            `json:"self"   validate:"-"`
		hidden string
	}
	_ = order{}.hidden
	v := validate.Default()
	example := v.Example(reflect.TypeFor[order]())
	if o := example.(order); o.Source != "web" || o.Email != "name@example.com" || len(o.Lines) != 1 || o.Site == nil {
		t.Errorf("the example is %+v", o)
	}
	if raw, err := json.Marshal(example); err != nil {
		t.Errorf("%v in %s", err, raw)
	}
	o := example.(order)
	o.Quoted = "other" // a quoted option with spaces is left to its reader
	if err := v.Struct(o); err != nil {
		t.Error(err)
	}
	if got := v.Example(reflect.TypeFor[map[string]any]()); got == nil {
		t.Error("a map has no example")
	}
}

func TestExampleOfRawJSON(t *testing.T) {
	t.Parallel()
	type raw struct {
		Raw    json.RawMessage `json:"raw" validate:"required,json"`
		Number json.Number     `json:"number" validate:"required,min=3"`
		Wrong  string          `json:"wrong" validate:"oneof="`
	}
	text, err := json.Marshal(validate.Default().Example(reflect.TypeFor[raw]()))
	if diff := cmp.Diff(`{"raw":{},"number":1,"wrong":"sample"}`, string(text)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
