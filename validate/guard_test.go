package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

// open has fields in which the data chooses a type.
type open struct {
	Name   string           `json:"name" validate:"required"`
	List   []any            `json:"list" validate:"unique"`
	Sizes  map[string]any   `json:"sizes" validate:"dive,keys,min=1,endkeys,min=1"`
	Any    any              `json:"any" validate:"omitempty,min=3"`
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
	value := struct {
		Sizes []any `json:"sizes" validate:"dive,min=1"`
	}{Sizes: make([]any, 5000)}
	for i := range value.Sizes {
		value.Sizes[i] = true
	}
	if got := len(fieldsOf(t, validate.Struct(value))); got != 100 {
		t.Errorf("got %d fields, want the first 100", got)
	}
}

// A wrong tag that was not checked when the program started is an error of the
// program when a value meets it.
func TestWrongTags(t *testing.T) {
	t.Parallel()
	type address struct {
		City string `json:"city"`
	}
	type deep struct {
		Count int `validate:"emial"`
	}
	tests := []struct {
		name  string
		value any
		want  validate.TypeError
	}{
		{"nil after a condition", struct {
			Kind     string
			Quantity *int64 `validate:"required_if=Kind box,gte=2"`
		}{}, validate.TypeError{Field: "Quantity", Rule: "gte=2", Problem: `write "required_if=Kind box,omitempty,gte=2"`}},
		{"a condition on a struct", struct {
			N    int
			Addr address `validate:"required_if=N abc"`
		}{}, validate.TypeError{Field: "Addr", Rule: "required_if=N abc", Problem: "a value that does not fit"}},
		{"wrong type", struct {
			Name string
			Flag bool `validate:"min=3"`
		}{}, validate.TypeError{Field: "Flag", Rule: "min=3", Problem: "cannot apply to a field of type bool"}},
		{"no such rule", struct {
			Name string `validate:"emial"`
		}{}, validate.TypeError{Field: "Name", Rule: "emial", Problem: `write "email"`}},
		{"no such rule further in", struct{ Deep []deep }{[]deep{{}}}, validate.TypeError{}},
		{"no such rule further in", struct {
			Deep []deep `validate:"dive"`
		}{[]deep{{}}}, validate.TypeError{Field: "Count", Rule: "emial", Problem: `write "email"`}},
		{"a tag that cannot be parsed", struct {
			By map[string]int `validate:"endkeys,required"`
		}{}, validate.TypeError{Field: "By", Rule: "endkeys,required", Problem: "cannot be read"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := validate.New().Struct(tt.value)
			if tt.want.Field == "" {
				if err != nil {
					t.Errorf("Struct = %v, want nil", err)
				}
				return
			}
			var got *validate.TypeError
			if !errors.As(err, &got) || got.Field != tt.want.Field || got.Rule != tt.want.Rule || !strings.Contains(got.Problem, tt.want.Problem) {
				t.Errorf("Struct = %v, want a TypeError like %+v", err, tt.want)
			}
		})
	}
}

// Rules of an application that panic are the application's fault, unless the
// data chose the type that they did not expect.
func TestApplicationRulesThatPanic(t *testing.T) {
	t.Parallel()
	const secret = "s3cret"
	type broken struct {
		Name string `json:"name" validate:"required"`
		Text string `json:"text" validate:"omitempty,never"`
		Any  any    `json:"any" validate:"omitempty,even"`
	}
	type whole struct {
		Name string `json:"name"`
	}
	type outer struct {
		In   whole
		Text string `validate:"omitempty,index"`
	}
	rules := map[string]validator.Func{
		"never": func(fl validator.FieldLevel) bool { panic(errors.New("bad " + fl.Field().String())) },
		"index": func(fl validator.FieldLevel) bool { return []bool{}[fl.Field().Len()] },
		"even":  isEven,
	}
	wholeRule := func(sl validator.StructLevel) { panic("bad " + sl.Current().Interface().(whole).Name) }
	registered := validate.New()
	engine := validator.New()
	for tag, fn := range rules {
		if err := errors.Join(registered.RegisterRule(tag, fn, ""), engine.RegisterValidation(tag, fn)); err != nil {
			t.Fatal(err)
		}
	}
	engine.RegisterStructValidation(wholeRule, whole{})
	if err := registered.RegisterStructRule(wholeRule, whole{}); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*validate.Validator{"registered": registered, "wrapped": validate.Wrap(engine)} {
		var mistake *validate.TypeError
		err := v.Struct(broken{Text: secret})
		if !errors.As(err, &mistake) || mistake.Field != "Text" || mistake.Rule != "never" || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: a rule that panics: got %v", name, err)
		}
		if cause := errors.Unwrap(err); cause == nil || cause.Error() != "bad "+secret {
			t.Errorf("%s: the cause is %v", name, cause)
		}
		err = v.Struct(whole{secret})
		if !errors.As(err, &mistake) || mistake.Type != reflect.TypeFor[whole]() || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: a struct rule that panics: got %v", name, err)
		}
		err = v.Struct(outer{Text: secret})
		if name == "registered" && (!errors.As(err, &mistake) || mistake.Type != reflect.TypeFor[whole]()) {
			t.Errorf("%s: a struct rule inside: got %v", name, err)
		}
		err = v.Struct(struct {
			Text string `validate:"index"`
		}{secret})
		if !errors.As(err, &mistake) || !strings.Contains(err.Error(), "index out of range [6]") {
			t.Errorf("%s: a rule with a runtime error: got %v", name, err)
		}
		const want = `validation failed: name: is a required field; any: is a string, which the rule "even" cannot check`
		if err = v.Struct(broken{Any: secret}); err == nil || err.Error() != want {
			t.Errorf("%s: got  %v\nwant %v", name, err, want)
		}
		if err = v.Struct(broken{Name: "x", Any: 2}); err != nil {
			t.Errorf("%s: a good value: %v", name, err)
		}
	}
}

// fickle panics when it is asked for its content.
type fickle struct{ Text string }

func (f fickle) ValidatorValue() any { panic("no content") }

func TestValuesThatPanic(t *testing.T) {
	t.Parallel()
	err := validate.Struct(struct {
		Field fickle `validate:"required"`
	}{})
	if _, ok := errors.AsType[*validate.TypeError](err); !ok {
		t.Errorf("got %v, want a TypeError", err)
	}
}

func TestTextsThatPanic(t *testing.T) {
	t.Parallel()
	v := validate.New()
	if err := v.RegisterRule("even", isEven, "{0} must be even"); err != nil {
		t.Fatal(err)
	}
	var broken validator.ValidationErrors
	err := v.Struct(struct {
		N int `json:"n" validate:"even"`
	}{1})
	if !errors.As(err, &broken) {
		t.Fatal(err)
	}
	got := validate.ConvertError(validator.ValidationErrors{panicking{broken[0]}})
	if want := `validation failed: n: failed the rule "even"`; got.Error() != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// panicking is an error that cannot be translated.
type panicking struct{ validator.FieldError }

func (panicking) Translate(ut.Translator) string { panic("no text") }

func TestDecodingThatPanics(t *testing.T) {
	t.Parallel()
	var into struct{ Field explosive }
	err := validate.Decode([]byte(`{"Field":"s3cret"}`), &into)
	var mistake *validate.TypeError
	if !errors.As(err, &mistake) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v, want a TypeError", err)
	}
}

type explosive struct{}

func (*explosive) UnmarshalJSON(data []byte) error { panic(string(data)) }

type looped struct {
	Name string             `json:"name" validate:"required"`
	Next *looped            `json:"next"`
	List []*looped          `json:"list" validate:"dive"`
	By   map[string]*looped `json:"by" validate:"dive"`
	Any  any                `json:"any"`
	at   *looped
}

func TestValuesThatHoldThemselves(t *testing.T) {
	t.Parallel()
	for name, tie := range map[string]func(*looped){
		"pointer":   func(l *looped) { l.Next = l },
		"list":      func(l *looped) { l.List = []*looped{{Name: "b"}, l} },
		"map":       func(l *looped) { l.By = map[string]*looped{"a": l} },
		"interface": func(l *looped) { l.Any = l },
	} {
		l := &looped{Name: "a"}
		tie(l)
		got := fieldsOf(t, validate.Struct(l))
		if len(got) != 1 || got[0].Rule != "depth" || got[0].Message == "" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	for _, value := range tied() {
		if got := fieldsOf(t, validate.Struct(value)); len(got) != 1 || got[0].Rule != "depth" {
			t.Errorf("%T: got %+v", value, got)
		}
	}
	// A way that validator does not take is no loop.
	l := &looped{Name: "a", Any: map[string]any{}}
	l.at = l
	l.Any.(map[string]any)["a"] = l
	if err := validate.Struct(l); err != nil {
		t.Error(err)
	}
}

type (
	byPointer struct{ Next *byPointer }
	bySlice   struct {
		List []bySlice `validate:"dive"`
	}
	byMap struct {
		By map[string]byMap `validate:"dive"`
	}
	byArray struct {
		Two [2]*byArray `validate:"dive"`
	}
	byInterface struct{ In struct{ Any *any } }
	byOther     struct{ Other *byOne }
	byOne       struct{ One byOther }
	ByEmbedded  struct{ *ByEmbedded }
)

// tied returns a value of each type that holds itself.
func tied() []any {
	pointer := &byPointer{}
	pointer.Next = pointer
	slice := bySlice{make([]bySlice, 1)}
	slice.List[0] = slice
	m := byMap{map[string]byMap{}}
	m.By["a"] = m
	array := &byArray{}
	array.Two[1] = array
	in := &byInterface{}
	in.In.Any = new(any(in))
	one := &byOne{}
	one.One.Other = one
	embedded := &ByEmbedded{}
	embedded.ByEmbedded = embedded
	return []any{pointer, slice, m, array, in, one, embedded}
}

// encoding/json reads 10,000 values inside each other.
func TestDeepValues(t *testing.T) {
	t.Parallel()
	deepest := strings.Repeat(`{"name":"a","list":[`, 4999) + `{"name":""}` + strings.Repeat(`]}`, 4999)
	got := fieldsOf(t, validate.Decode([]byte(deepest), &looped{}))
	if want := strings.Repeat("list[0].", 4999) + "name"; len(got) != 1 || got[0].Path != want {
		t.Errorf("got %d fields", len(got))
	}
}

// Every rule about size or order has a message for every kind of field.
func TestMessagesAboutSize(t *testing.T) {
	t.Parallel()
	const now = "the current Date & Time"
	past, future := time.Unix(1, 0), time.Now().AddDate(100, 0, 0)
	named := moment(future)
	tests := []struct {
		tag   string
		value any
		want  string
	}{
		{"gt", (*time.Time)(nil), "must be greater than " + now},
		{"gte", (*time.Time)(nil), "must be greater than or equal to " + now},
		{"lt", (*time.Time)(nil), "must be less than " + now},
		{"lte", (*time.Time)(nil), "must be less than or equal to " + now},
		{"min", (*time.Time)(nil), "must be greater than or equal to " + now},
		{"max", (*time.Time)(nil), "must be less than or equal to " + now},
		{"gt", past, "must be greater than " + now},
		{"lt", &future, "must be less than " + now},
		{"max", future, "must be less than or equal to " + now},
		{"lte", named, "must be less than or equal to " + now},
		{"lte", &named, "must be less than or equal to " + now},
		{"gt", nil, "must be greater than " + now},
		{"lt=3", nil, "must be less than 3"},
		{"lt=1h", nil, "must be less than 1h"},
		{"gt=3", (*int)(nil), "must be greater than 3"},
		{"gt=3", (*string)(nil), "must be greater than 3 characters in length"},
		{"gte=2", new(""), "must be at least 2 characters in length"},
		{"len=0x10", "a", "must be equal to 0x10"},
		{"isdefault|gte=2", (*int)(nil), `failed the rule "gte"`},
		{"structonly", (*item)(nil), "is a required field"},
		{"nostructlevel", (*item)(nil), "is a required field"},
		{"dive,gt=0", (*[]int)(nil), "is a required field"},
		{"late", future, "must be less than " + now},
		{"late", (*time.Time)(nil), "must be less than " + now},
		{"small=x", 1, "is not small"},
		{"gte", (*item)(nil), `failed the rule "gte"`},
	}
	engine := validator.New()
	engine.RegisterAlias("late", "lt")
	v := validate.Wrap(engine)
	if err := v.RegisterRule("small", func(validator.FieldLevel) bool { return false }, "{0} is not small"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		typ := reflect.TypeFor[any]()
		if tt.value != nil {
			typ = reflect.TypeOf(tt.value)
		}
		value := reflect.New(fieldType(typ, tt.tag)).Elem()
		if tt.value != nil {
			value.Field(0).Set(reflect.ValueOf(tt.value))
		}
		if got := fieldsOf(t, v.Struct(value.Interface())); len(got) == 0 || got[0].Message != tt.want {
			t.Errorf("%s `%s`: got %+v, want %q", typ, tt.tag, got, tt.want)
		}
	}
}

// An application may give a rule about size its own function and text.
func TestOwnTextAboutSize(t *testing.T) {
	t.Parallel()
	v := validate.New()
	if err := v.RegisterRule("min", func(validator.FieldLevel) bool { return false }, "{0} must be at least {1}"); err != nil {
		t.Fatal(err)
	}
	type shirt struct {
		Size string `json:"size" validate:"min=medium"`
		Unit string `json:"unit" validate:"min"`
	}
	if err := v.CheckType(reflect.TypeFor[shirt]()); err != nil {
		t.Error(err)
	}
	const want = "validation failed: size: must be at least medium; unit: must be at least"
	if err := v.Struct(shirt{}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestRootMap(t *testing.T) {
	t.Parallel()
	good := item{"a", 1}
	tests := []struct {
		value any
		want  []string
	}{
		{map[string]item{"b": {}, "a": {"", 1}, "c": good}, []string{"[a].sku", "[b].sku", "[b].price"}},
		{&map[string]*item{"a": nil, "b": {"a", 0}}, []string{"[b].price"}},
		{map[int][]item{10: {{}}, 9: {good, {"a", 0}}}, []string{"[9][1].price", "[10][0].sku", "[10][0].price"}},
		{map[string]any{"a": item{}, "b": &item{"a", 0}, "c": 1, "d": []item{{}}, "e": nil, "f": map[string]any{"a": item{}}},
			[]string{"[a].sku", "[a].price", "[b].price"}},
		{map[string]map[string]Contact{"a": {"b": {"nobody"}}}, []string{"[a][b].email"}},
		{map[string][2]*item{"a": {nil, {}}}, []string{"[a][1].sku", "[a][1].price"}},
		{map[string]item{"a": good}, nil},
		{map[string]item(nil), nil},
		{map[string]time.Time{"a": {}}, nil},
		{map[string]string{"a": ""}, nil},
		{map[string]json.RawMessage{"a": nil}, nil},
		{map[string]open{"a": {Name: "x", Any: true}}, []string{"[a].any"}},
	}
	for _, tt := range tests {
		err := validate.Struct(tt.value)
		if tt.want == nil {
			if err != nil {
				t.Errorf("Struct(%T) = %v, want nil", tt.value, err)
			}
			continue
		}
		if diff := cmp.Diff(tt.want, pathsOf(t, err)); diff != "" {
			t.Errorf("%T: paths (-want +got):\n%s", tt.value, diff)
		}
		var broken validator.ValidationErrors
		if _, isOpen := tt.value.(map[string]open); !isOpen && !errors.As(err, &broken) {
			t.Errorf("%T: the error does not unwrap to validator's", tt.value)
		}
	}
	var got map[string]item
	if diff := cmp.Diff([]string{"[a].sku", "[a].price"}, pathsOf(t, validate.Decode([]byte(`{"a":{}}`), &got))); diff != "" {
		t.Errorf("Decode: paths (-want +got):\n%s", diff)
	}
	type wrong struct {
		Flag bool `validate:"min=3"`
	}
	var mistake *validate.TypeError
	if err := validate.Struct(map[string]wrong{"a": {}}); !errors.As(err, &mistake) || mistake.Field != "Flag" {
		t.Errorf("a wrong tag in a map: got %v", err)
	}
}

func TestTypeErrorText(t *testing.T) {
	t.Parallel()
	typ := reflect.TypeFor[item]()
	for want, err := range map[string]*validate.TypeError{
		"validate_test.item: is bad":                         {Type: typ, Problem: "is bad"},
		"validate_test.item: field A: is bad":                {Type: typ, Field: "A", Problem: "is bad"},
		`validate_test.item: field A: rule "min=x" is wrong`: {Type: typ, Field: "A", Rule: "min=x", Problem: "is wrong"},
	} {
		if err.Error() != want || errors.Unwrap(err) != nil {
			t.Errorf("got %q, want %q", err, want)
		}
	}
	_ = fmt.Sprint(&validate.TypeError{})
}
