package validate_test

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

// open has fields in which the data chooses a type.
type open struct {
	Name   string           `json:"name" validate:"required"`
	List   []any            `json:"list" validate:"unique"`
	Sizes  map[string]any   `json:"sizes" validate:"dive,keys,min=1,endkeys,min=1"`
	Any    any              `json:"any" validate:"omitempty,min=3,max=9"`
	Deep   any              `json:"deep" validate:"omitempty,dive,email"`
	Keys   any              `json:"keys" validate:"omitempty,dive,keys,min=1,endkeys,required"`
	Either any              `json:"either" validate:"omitempty,email|lte=5"`
	Kind   any              `json:"kind"`
	Box    string           `json:"box" validate:"required_if=Kind box Size 3"`
	Size   any              `json:"size"`
	Rows   []inside         `json:"rows" validate:"dive"`
	ByName map[string][]any `json:"byName" validate:"dive,dive,gte=1"`
}

type inside struct {
	Kind  any    `json:"kind"`
	Box   string `json:"box" validate:"required_if=Kind box"`
	Code  any    `json:"code" validate:"omitempty,oneof=1 2"`
	Label string `json:"label" validate:"required"`
}

func TestDataThatNoRuleCanCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		data string
		want []string
	}{
		{`{"list":["a",{}]}`, []string{"list: holds values that cannot be compared"}},
		{`{"list":[1,1]}`, []string{"list: must contain unique values"}},
		{`{"sizes":{"a":true,"b":0.5,"c":2,"":"x"}}`, []string{
			"sizes[]: must be at least 1 character in length",
			`sizes[a]: is a boolean, which the rule "min" cannot check`,
			"sizes[b]: must be 1 or greater",
		}},
		{`{"any":true}`, []string{`any: is a boolean, which the rule "min" cannot check`}},
		{`{"any":{"a":1}}`, []string{"any: must contain at least 3 items"}},
		{`{"deep":"a@example.com"}`, []string{"deep: must be an array or an object"}},
		{`{"deep":["a@example.com",1]}`, []string{"deep[1]: must be a valid email address"}},
		{`{"keys":["a"]}`, []string{"keys: must be an object"}},
		{`{"keys":[]}`, nil},
		{`{"keys":{"a":1}}`, nil},
		{`{"either":true}`, []string{`either: is a boolean, which the rule "email|lte=5" cannot check`}},
		{`{"either":9}`, []string{`either: failed the rule "email|lte=5"`}},
		{`{"kind":1}`, []string{`box: cannot be checked against the field that the rule "required_if" names`}},
		{`{"kind":"box","size":3}`, []string{"box: is a required field"}},
		{`{"rows":[{"code":"1","label":"a"},{"code":true,"label":"b"},{"code":"2"}]}`, []string{
			`rows[1].code: is a boolean, which the rule "oneof" cannot check`,
			"rows[2].label: is a required field",
		}},
		{`{"rows":[{"code":["1"],"label":"a"},{"kind":2,"label":"a"}]}`, []string{
			`rows[0].code: is an array, which the rule "oneof" cannot check`,
			`rows[1].box: cannot be checked against the field that the rule "required_if" names`,
		}},
		{`{"byName":{"b":[1],"a":[2,{},0]}}`, []string{
			"byName[a][1]: must contain at least 1 item",
			"byName[a][2]: must be 1 or greater",
		}},
		{`{"byName":{"b":[1],"a":[2,true,0]}}`, []string{
			`byName[a][1]: is a boolean, which the rule "gte" cannot check`,
			"byName[a][2]: must be 1 or greater",
		}},
		{`{"any":true,"list":[[]],"name":""}`, []string{
			"name: is a required field",
			"list: holds values that cannot be compared",
			`any: is a boolean, which the rule "min" cannot check`,
		}},
	}
	if err := validate.CheckType(reflect.TypeFor[open]()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.data, func(t *testing.T) {
			t.Parallel()
			var got []string
			data := tt.data
			if !strings.Contains(data, `"name"`) {
				data = `{"name":"x",` + data[1:]
			}
			if err := validate.Decode([]byte(data), &open{}); err != nil {
				for _, f := range fieldsOf(t, err) {
					got = append(got, f.Path+": "+f.Message)
				}
				if errors.Unwrap(err) == nil {
					t.Error("the error has no cause")
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// A panic's field has the rule and the parameter that any other failure has.
func TestDataThatNoRuleCanCheckHasARule(t *testing.T) {
	t.Parallel()
	got := fieldsOf(t, validate.Struct(open{Name: "x", Any: true, Either: false}))
	want := []validate.FieldError{
		{Path: "any", Rule: "min", Param: "3", Message: `is a boolean, which the rule "min" cannot check`},
		{Path: "either", Rule: "email|lte=5", Message: `is a boolean, which the rule "email|lte=5" cannot check`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// Paths in types without a name, and through embedded structs, are those of
// any other failure; fields beside the one that panicked are still checked.
func TestPanicPaths(t *testing.T) {
	t.Parallel()
	type Inner struct {
		Any  any    `json:"any" validate:"omitempty,min=3"`
		Text string `json:"text" validate:"required"`
	}
	type named struct {
		Inner
		Other *Inner `json:"other" validate:"omitempty"`
	}
	bad := Inner{Any: true}
	for name, value := range map[string]any{
		"named": &named{bad, &bad},
		"no name": struct {
			Inner
			Other *Inner `json:"other" validate:"omitempty"`
		}{bad, &bad},
		"generic": generic[Inner]{First: bad, Other: &bad},
	} {
		want := []string{"text", "other.text", "any", "other.any"}
		if name == "generic" {
			want = []string{"first.text", "other.text", "first.any", "other.any"}
		}
		if diff := cmp.Diff(want, pathsOf(t, validate.Struct(value))); diff != "" {
			t.Errorf("%s: paths (-want +got):\n%s", name, diff)
		}
	}
}

type generic[T any] struct {
	First T  `json:"first"`
	Other *T `json:"other"`
}

type halfHidden struct {
	Any  any    `json:"any" validate:"omitempty,min=3"`
	Kind any    `json:"kind"`
	Box  string `json:"box" validate:"required_if=Kind box"`
}

type shape bool

func (shape) String() string { return "" }

// The search for a panic follows tags as validator does: what validator leaves
// out is not the data's fault.
func TestSearchFollowsTags(t *testing.T) {
	t.Parallel()
	type entry struct {
		SKU any `json:"sku"`
	}
	type tricky struct {
		halfHidden `validate:"required"`

		hidden  any            `validate:"min=3"`
		Left    any            `json:"left" validate:"-"`
		Zero    any            `json:"zero" validate:"omitzero,min=3"`
		Nothing optional[any]  `json:"nothing" validate:"omitempty,min=3"`
		Bad     bool           `json:"bad" validate:"omitempty,min=3"`
		Rows    []*inside      `json:"rows" validate:"dive"`
		Shape   fmt.Stringer   `json:"shape" validate:"omitempty,min=3"`
		Set     []entry        `json:"set" validate:"unique=SKU"`
		Map     map[string]any `json:"map" validate:"unique"`
		One     any            `json:"one" validate:"omitempty,unique"`
		Stop    any            `json:"stop" validate:"omitempty,structonly,min=3"`
		Short   []any          `json:"short" validate:"omitempty,min=2,dive,min=3"`
		Fixed   *[2]any        `json:"fixed" validate:"omitempty,dive,min=3"`
		Ptr     *any           `json:"ptr" validate:"omitempty,min=3"`
		Time    time.Time      `json:"time"`
	}
	tests := []struct {
		name  string
		value tricky
		want  []string
	}{
		{"embedded", tricky{halfHidden: halfHidden{Any: true}}, []string{`any: is a boolean, which the rule "min" cannot check`}},
		{"embedded condition", tricky{halfHidden: halfHidden{Kind: 1}}, []string{`box: cannot be checked against the field that the rule "required_if" names`}},
		{"nil element", tricky{Rows: []*inside{nil, {Code: true, Label: "a"}, {}}}, []string{
			`rows[1].code: is a boolean, which the rule "oneof" cannot check`, "rows[2].label: is a required field"}},
		{"interface", tricky{Shape: shape(true)}, []string{`shape: is a boolean, which the rule "min" cannot check`}},
		{"inside a list", tricky{Set: []entry{{1}, {[]any{}}}}, []string{"set: holds values that cannot be compared"}},
		{"map", tricky{Map: map[string]any{"a": []any{}}}, []string{"map: holds values that cannot be compared"}},
		{"no list", tricky{One: "a"}, []string{`one: is a string, which the rule "unique" cannot check`}},
		{"rule before dive", tricky{Short: []any{true}, One: "a"}, []string{
			"short: must contain at least 2 items", `one: is a string, which the rule "unique" cannot check`}},
		{"pointer to an interface", tricky{Ptr: new(any(false))}, []string{`ptr: is a boolean, which the rule "min" cannot check`}},
		{"array", tricky{Fixed: &[2]any{"abc", true}}, []string{`fixed[1]: is a boolean, which the rule "min" cannot check`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			value := tt.value
			value.hidden, value.Left, value.Zero, value.Stop = true, true, false, true
			if value.Any == nil && value.Kind == nil {
				value.Kind = "x"
			}
			var got []string
			for _, f := range fieldsOf(t, validate.Struct(value)) {
				got = append(got, f.Path+": "+f.Message)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestManyPanicsAreCut(t *testing.T) {
	t.Parallel()
	type sizes struct {
		List []any          `json:"list" validate:"dive,min=1"`
		Map  map[string]any `json:"map" validate:"dive,min=1"`
	}
	value := sizes{List: make([]any, 5000), Map: make(map[string]any)}
	for i := range value.List {
		value.List[i] = true
		value.Map[strconv.Itoa(i)] = true
	}
	if got := len(fieldsOf(t, validate.Struct(value))); got != 200 {
		t.Errorf("got %d fields, want the first 100 of each", got)
	}
	// Failures of the other kind are many only because the data has as many.
	value = sizes{List: make([]any, 200)}
	for i := range value.List {
		value.List[i] = 0
	}
	value.List = append(value.List, true)
	if got := len(fieldsOf(t, validate.Struct(value))); got != 201 {
		t.Errorf("got %d fields, want 201", got)
	}
}
