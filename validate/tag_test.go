package validate_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

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
	// An application's rule may take nil, whatever its name and wherever it is.
	engine := validator.New()
	if err := engine.RegisterValidation("known", func(validator.FieldLevel) bool { panic("run") }); err != nil {
		t.Fatal(err)
	}
	if err := validate.Wrap(engine).CheckType(fieldType(reflect.TypeFor[*int](), "required_if=Text a,known")); err != nil {
		t.Error(err)
	}
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

func (*coin) UnmarshalText([]byte) error { return nil }

func TestCheckMapKeys(t *testing.T) {
	t.Parallel()
	expect(t, reflect.TypeFor[struct{ By map[coin]int }](), "Name: is not defined")
	expect(t, reflect.TypeFor[map[coin]int](), "Name: is not defined")
}
