package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

// mistakesOf lists the mistakes in a type as "field: problem".
func mistakesOf(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var list []string
	for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
		var mistake *validate.TypeError
		if !errors.As(err, &mistake) || mistake.Type == nil {
			t.Errorf("got %v (%T), want a TypeError with a type", err, err)
			continue
		}
		list = append(list, mistake.Field+": "+mistake.Problem)
	}
	return list
}

// expect fails the test unless each mistake has the text at its place.
func expect(t *testing.T, typ reflect.Type, want ...string) {
	t.Helper()
	got := mistakesOf(t, validate.CheckType(typ))
	if len(got) != len(want) {
		t.Errorf("%s: got %d mistakes, want %d:\n%s", typ, len(got), len(want), strings.Join(got, "\n"))
		return
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("%s: got %q, want %q in it", typ, got[i], want[i])
		}
	}
}

// All thirteen conditional rules let nil through.
func TestCheckNilAfterEachCondition(t *testing.T) {
	t.Parallel()
	for condition := range strings.SplitSeq(`required_if=Text a|required_unless=Text a|excluded_if=Text a|excluded_unless=Text a|
		skip_unless=Text a|required_with=Text|required_with_all=Text|required_without=Text|required_without_all=Text|
		excluded_with=Text|excluded_with_all=Text|excluded_without=Text|excluded_without_all=Text`, "|") {
		condition = strings.TrimSpace(condition)
		for typ, rule := range map[reflect.Type]string{
			reflect.TypeFor[*int64]():     "gte=2",
			reflect.TypeFor[*string]():    "email",
			reflect.TypeFor[*time.Time](): "gt",
			reflect.TypeFor[*[]int]():     "dive",
			reflect.TypeFor[*item]():      "unique",
			reflect.TypeFor[any]():        "len=3",
		} {
			if typ == reflect.TypeFor[*item]() {
				continue // no rule but these applies to a struct
			}
			err := validate.CheckType(fieldType(typ, condition+","+rule))
			if want := fmt.Sprintf("write %q", condition+",omitempty,"+rule); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s `%s,%s`: got %v, want %s", typ, condition, rule, err, want)
			}
			if err := validate.CheckType(fieldType(typ, condition+",omitempty,"+rule)); err != nil {
				t.Errorf("the fix: %v", err)
			}
		}
	}
}

// Alternatives do not hide a nil, and text may be one of them.
func TestCheckAlternatives(t *testing.T) {
	t.Parallel()
	v := validate.New()
	if err := v.RegisterRule("known", func(validator.FieldLevel) bool { panic("run") }, ""); err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]string{
		"required_if=Text a|email":       "",
		"required_if=Text a|known":       "",
		"required_if=Text a|required":    "",
		"isdefault|email":                "",
		"required_if=Text a|email,len=3": `write "required_if=Text a|email,omitempty,len=3"`,
		"required_if=Text a|len=3":       `write "required_if=Text a,omitempty,len=3"`,
		"email|emial":                    `write "email"`,
	} {
		err := v.CheckType(fieldType(reflect.TypeFor[*string](), tag))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("`%s`: got %v, want %q", tag, err, want)
		}
	}
	// An application's rule may take nil, whatever its name.
	if err := v.RegisterRule("gte", func(validator.FieldLevel) bool { return true }, ""); err != nil {
		t.Fatal(err)
	}
	if err := v.CheckType(fieldType(reflect.TypeFor[*int](), "required_if=Text a,gte=2")); err != nil {
		t.Error(err)
	}
}

// A field may be named by its JSON name by mistake.
func TestCheckNamesInJSON(t *testing.T) {
	t.Parallel()
	type account struct {
		UserID string `json:"owner"`
		Again  string `validate:"eqfield=owner"`
	}
	expect(t, reflect.TypeFor[account](), `Again: names "owner", which is not a field of validate_test.account: write the Go name, "UserID"`)
}

// A rule that an application registers under the name of a conditional one
// does not run on nil.
func TestCheckReplacedCondition(t *testing.T) {
	t.Parallel()
	v := validate.New()
	if err := v.RegisterRule("required_if", func(validator.FieldLevel) bool { return true }, ""); err != nil {
		t.Fatal(err)
	}
	typ := fieldType(reflect.TypeFor[*int](), "required_if=nothing,gte=2")
	if err := v.CheckType(typ); err != nil {
		t.Error(err)
	}
	var invalid *validate.Error
	if err := v.Struct(reflect.Zero(typ).Interface()); !errors.As(err, &invalid) {
		t.Errorf("got %v, want an Error", err)
	}
}

func TestCheckEmbeddedPointers(t *testing.T) {
	t.Parallel()
	type Base struct{ Kind string }
	type Middle struct{ *Base }
	type order struct {
		Middle
		One string `validate:"required_if=Kind box"`
		Two string `validate:"eqfield=Kind"`
		Six string `validate:"required_with=Middle.Base.Kind"`
	}
	expect(t, reflect.TypeFor[order](),
		`One: names "Kind", a field of the embedded pointer Middle.Base, which can be nil: write "Middle.Base.Kind"`,
		`Two: names "Kind", a field of the embedded pointer Middle.Base, which can be nil: write "Middle.Base.Kind"`)

	type holder struct{ Middle Middle }
	type list struct {
		holder
		Bases  []*Middle `validate:"unique=Kind"`
		Nested string    `validate:"required_if=Inner.Kind box"`
		Inner  Middle
		Far    string `validate:"required_with=Ptr.Middle.Kind"`
		Ptr    *holder
	}
	expect(t, reflect.TypeFor[list](), "Bases: names a field of an embedded pointer", "Nested: names a field of an embedded pointer",
		"Far: names a field of an embedded pointer")
}

type numbers []int

func TestCheckHiddenFields(t *testing.T) {
	t.Parallel()
	type hidden struct {
		numbers `validate:"unique"`
		open    string `validate:"required"`
	}
	_, _ = hidden{}.open, hidden{}.numbers
	expect(t, reflect.TypeFor[hidden](), "numbers: is embedded and not exported")

	type kept struct {
		unexported `validate:"required"`
	}
	expect(t, reflect.TypeFor[kept]())
}

// tags is a list that shows itself to validator as something else.
type texts []item

func (texts) ValidatorValue() any { return "text" }

func TestCheckDive(t *testing.T) {
	t.Parallel()
	type outer struct{ Item item }
	type plain struct{ Name string }
	type left struct {
		Item item `validate:"-"`
	}
	tests := []struct {
		value any
		tag   string
		want  string // the tag to write
	}{
		{[]item{}, "", "dive"},
		{[]*item{}, "required", "required,dive"},
		{[2]item{}, "", "dive"},
		{map[string]item{}, "min=1", "min=1,dive"},
		{&[]item{}, "", "dive"},
		{[]outer{}, "", "dive"},
		{[]*outer{}, "", "dive"},
		{[][]item{}, "", "dive,dive"},
		{[][]item{}, "dive", "dive,dive"},
		{map[string][]*item{}, "dive,keys,min=1,endkeys,required", "dive,keys,min=1,endkeys,required,dive"},
		{map[[1]string][]item{}, "dive,keys,dive,min=1,endkeys", "dive,keys,dive,min=1,endkeys,dive"},
		{[]node{}, "", "dive"},
		{[]ruled{}, "", "dive"},

		{[]item{}, "dive", ""},
		{[]item{}, "-", ""},
		{[]item{}, "required,dive,nostructlevel", ""},
		{[]item{}, "required,structonly", ""},
		{[]item{}, "required,nostructlevel", ""},
		{[]item{}, "nostructlevel", ""},
		{[][]item{}, "dive,nostructlevel", ""},
		{[]ring{}, "", ""},
		{[]*closed{}, "required", ""},
		{[]plain{}, "required", ""},
		{[]left{}, "", ""},
		{[]time.Time{}, "", ""},
		{[]string{}, "", ""},
		{[]any{}, "", ""},
		{[]byte{}, "", ""},
		{texts{}, "", ""},
		{item{}, "", ""},
	}
	v := validate.New()
	if err := v.RegisterStructRule(func(validator.StructLevel) {}, ruled{}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		typ := fieldType(reflect.TypeOf(tt.value), tt.tag)
		got := mistakesOf(t, v.CheckType(typ))
		if tt.want == "" {
			if got != nil {
				t.Errorf("%T `%s`: got %q, want none", tt.value, tt.tag, got)
			}
			continue
		}
		want := fmt.Sprintf("write `validate:%q`", tt.want)
		purpose := tt.tag + ",nostructlevel"
		if tt.tag == "" {
			purpose = "-"
		}
		if len(got) != 1 || !strings.Contains(got[0], want) || !strings.Contains(got[0], fmt.Sprintf("or `validate:%q`", purpose)) {
			t.Errorf("%T `%s`: got %q, want %s, or %q", tt.value, tt.tag, got, want, purpose)
		}
		// Both ways out are accepted.
		for _, tag := range []string{tt.want, purpose} {
			if err := v.CheckType(fieldType(reflect.TypeOf(tt.value), tag)); err != nil {
				t.Errorf("%T `%s`: %v", tt.value, tag, err)
			}
		}
	}
}

type (
	ruled  struct{ Name string }
	ring   struct{ Next *ring }
	closed struct {
		name string `validate:"required"`
	}
)

var _ = closed{}.name

// "nostructlevel" leaves the elements unchecked, as the message says.
func TestDiveOnPurpose(t *testing.T) {
	t.Parallel()
	type order struct {
		Items []item `json:"items" validate:"required,nostructlevel"`
	}
	if err := validate.Struct(order{[]item{{}}}); err != nil {
		t.Error(err)
	}
	if err := validate.Struct(order{}); err == nil {
		t.Error("the rules before it are not checked")
	}
}

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
)

func (textSelf) MarshalText() ([]byte, error)    { return nil, nil }
func (*textSelf) UnmarshalText([]byte) error     { return nil }
func (*configured) MarshalJSON() ([]byte, error) { return nil, nil }
func (*configured) UnmarshalJSON([]byte) error   { return nil }
func (*ptrLevel) MarshalText() ([]byte, error)   { return nil, nil }
func (*ptrLevel) UnmarshalText([]byte) error     { return nil }
func (p *ptrText) MarshalText() ([]byte, error)  { return []byte(fmt.Sprint(p.cents)), nil }
func (*ptrText) UnmarshalText([]byte) error      { return nil }
func (rawText) MarshalText() ([]byte, error)     { return nil, nil }

func (writer) MarshalJSON() ([]byte, error)    { return []byte(`1.5`), nil }
func (level) MarshalText() ([]byte, error)     { return []byte("high"), nil }
func (text) MarshalText() ([]byte, error)      { return []byte("high"), nil }
func (*selfMade) UnmarshalJSON([]byte) error   { return nil }
func (object) MarshalJSON() ([]byte, error)    { return []byte(`{"cents":1}`), nil }
func (failing) MarshalJSON() ([]byte, error)   { panic("not set") }
func (*pointers) MarshalJSON() ([]byte, error) { return []byte(`"a"`), nil }
func (listed) MarshalJSON() ([]byte, error)    { return []byte(`true`), nil }
func (e empty) String() string                 { return e.name }
func (w writer) total() int                    { return w.cents }
func (o object) total() int                    { return o.cents }
func (f failing) total() int                   { return f.cents }
func (p pointers) total() int                  { return p.cents }

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
			hidden   struct{ Err error }
		}{}, nil},
		{object{}, nil},
		{map[string]any{}, nil},
	}
	for _, tt := range tests {
		expect(t, reflect.TypeOf(tt.value), tt.want...)
	}
}

type (
	list   []list
	tree   map[string]tree
	chain  *chain
	ping   []pong
	pong   []ping
	square [][]square
)

// Types that hold themselves end like any other.
func TestCheckTypesThatHoldThemselves(t *testing.T) {
	t.Parallel()
	type all struct {
		List   list   `json:"list" validate:"required,dive"`
		Tree   tree   `json:"tree" validate:"min=1"`
		Ping   ping   `json:"ping"`
		Square square `json:"square"`
		Chain  chain  `json:"chain"`
		Self   *all   `json:"self"`
		Nodes  []node `json:"nodes" validate:"dive"`
	}
	expect(t, reflect.TypeFor[all]())
	expect(t, reflect.TypeFor[tree]())
	if err := validate.Struct(all{List: list{{}}, Tree: tree{"a": {}}}); err != nil {
		t.Error(err)
	}
	for _, value := range []any{tree{"a": {"b": nil}}, map[string]ping{"a": {{}}}, map[string]square{"a": {{}}}} {
		if err := validate.Struct(value); err != nil {
			t.Errorf("%T: %v", value, err)
		}
	}
	if validate.Default().Example(reflect.TypeFor[all]()) == nil {
		t.Error("no example")
	}
}

// coin is a map key with a wrong tag.
type coin struct {
	Name string `validate:"emial"`
}

func (coin) MarshalText() ([]byte, error) { return nil, nil }
func (*coin) UnmarshalText([]byte) error  { return nil }

func TestCheckMapKeys(t *testing.T) {
	t.Parallel()
	expect(t, reflect.TypeFor[struct{ By map[coin]int }](), "Name: is not defined")
	expect(t, reflect.TypeFor[map[coin]int](), "Name: is not defined")
}

func TestWrapNil(t *testing.T) {
	t.Parallel()
	v := validate.Wrap(nil)
	if err := v.CheckType(reflect.TypeFor[item]()); err == nil || !strings.Contains(err.Error(), "Wrap needs a *validator.Validate") {
		t.Errorf("CheckType = %v", err)
	}
	if err := v.Struct(item{}); err == nil {
		t.Error("Struct = nil, want an error")
	}
	if validate.UseBinder((*validator.Validate)(nil)) || validate.UseBinder("gin") {
		t.Error("UseBinder took nothing for a validator")
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
