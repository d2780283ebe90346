package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-playground/locales/de"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	detexts "github.com/go-playground/validator/v10/translations/de"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/inngestkit/inngestkit/validate"
)

type item struct {
	SKU   string  `json:"sku" validate:"required"`
	Price float64 `json:"price" validate:"gt=0"`
}

type Contact struct {
	Email string `json:"email" validate:"omitempty,email"`
}

type page[T any] struct {
	Contact
	Items  []T            `json:"items" validate:"dive"`
	ByKey  map[string]T   `json:"byKey" validate:"dive"`
	Prices map[string]int `json:"prices" validate:"dive,keys,len=3,endkeys,gt=0"`
	First  *T             `json:"first,omitempty"`
}

// fieldsOf fails the test unless err is an *Error.
func fieldsOf(t *testing.T, err error) []validate.FieldError {
	t.Helper()
	var e *validate.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want a *validate.Error", err, err)
	}
	return e.Fields
}

func pathsOf(t *testing.T, err error) []string {
	t.Helper()
	var paths []string
	for _, f := range fieldsOf(t, err) {
		paths = append(paths, f.Path)
	}
	return paths
}

func TestStructPaths(t *testing.T) {
	t.Parallel()
	type named struct {
		Contact `json:"contact"`
	}
	type pointer struct {
		*Contact
	}
	type requiredPointer struct {
		*Contact `validate:"required"`
	}
	type untagged struct {
		Name   string `validate:"required"`
		Hidden string `json:"-" validate:"required"`
		Dash   string `json:"-," validate:"required"` //nolint:staticcheck // a field may be named "-"
		Opt    string `json:",omitempty" validate:"required"`
	}
	type matrix struct {
		Rows [][]int `json:"rows" validate:"dive,dive,gt=0"`
	}
	type dotted struct {
		By map[string]int `json:"by" validate:"dive,gt=0"`
	}
	type numbered struct {
		By map[int]string `json:"by" validate:"dive,required"`
	}
	bad := Contact{Email: "nobody"}
	tests := []struct {
		name  string
		value any
		want  []string
	}{
		{"generic", page[item]{Contact: bad, Items: []item{{"a", 1}, {"b", 1}, {"c", 0}}}, []string{"email", "items[2].price"}},
		{"pointers", &page[*item]{Items: []*item{{"", 1}}}, []string{"items[0].sku"}},
		{"pointer to pointer", new(&item{}), []string{"sku", "price"}},
		{"pointer field", page[item]{First: &item{"a", 0}}, []string{"first.price"}},
		{"map keys", page[item]{Prices: map[string]int{"EUR": 0, "DM": 1, "ATS": 0}}, []string{"prices[ATS]", "prices[DM]", "prices[EUR]"}},
		{"structs in a map", page[item]{ByKey: map[string]item{"b": {}, "a": {}}}, []string{"byKey[a].sku", "byKey[a].price", "byKey[b].sku", "byKey[b].price"}},
		{"map of numbers", numbered{map[int]string{10: "", 9: "", -1: ""}}, []string{"by[-1]", "by[9]", "by[10]"}},
		{"numbers and other keys", dotted{map[string]int{"b": 0, "10": 0, "a": 0, "9": 0, "010": 0}}, []string{"by[9]", "by[010]", "by[10]", "by[a]", "by[b]"}},
		{"dots in a key", dotted{map[string]int{"a.b": 0, "dotted.c": 0}}, []string{"by[a.b]", "by[dotted.c]"}},
		{"slices of slices", matrix{[][]int{{1}, {1, 0}, {0}}}, []string{"rows[1][1]", "rows[2][0]"}},
		{"embedded with a name", named{bad}, []string{"contact.email"}},
		{"embedded pointer", pointer{&bad}, []string{"email"}},
		{"embedded pointer missing", requiredPointer{}, []string{""}},
		{"no JSON names", untagged{}, []string{"Name", "Hidden", "-", "Opt"}},
		{"no type name", struct {
			Name string `json:"name" validate:"required"`
		}{}, []string{"name"}},
		{"embedded in no type name", struct {
			Contact
			Name string `json:"name" validate:"required"`
		}{Contact: bad}, []string{"email", "name"}},
		{"field named as an embedded type", struct {
			Contact
			Other Contact `json:"Contact"`
		}{bad, bad}, []string{"email", "Contact.email"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, pathsOf(t, validate.Struct(tt.value))); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
		})
	}
}

// Keys that are numbers come first, whatever order the map is visited in.
func TestKeysAreSorted(t *testing.T) {
	t.Parallel()
	type counts struct {
		By map[string]int `json:"by" validate:"dive,gt=0"`
	}
	value := counts{map[string]int{"b": 0, "0": 0, "a": 0, "9": 0, "-1": 0, "c": 0, "10": 0}}
	want := []string{"by[-1]", "by[0]", "by[9]", "by[10]", "by[a]", "by[b]", "by[c]"}
	for range 100 {
		if diff := cmp.Diff(want, pathsOf(t, validate.Struct(value))); diff != "" {
			t.Fatalf("paths (-want +got):\n%s", diff)
		}
	}
}

// A validator that is wrapped names fields as New's do.
func TestWrapPaths(t *testing.T) {
	t.Parallel()
	type order struct {
		Contact
		Inner item
		Items []item `json:"items" validate:"dive"`
	}
	v := validate.Wrap(validator.New())
	want := []string{"email", "Inner.sku", "Inner.price", "items[0].price"}
	if diff := cmp.Diff(want, pathsOf(t, v.Struct(order{Contact: Contact{"x"}, Items: []item{{"a", 0}}}))); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestStructWithoutRules(t *testing.T) {
	t.Parallel()
	for _, value := range []any{nil, 1, "text", map[string]any{"a": 1}, []item{{}}, time.Now(), struct{}{}, new(new(1))} {
		if err := validate.Struct(value); err != nil {
			t.Errorf("Struct(%T) = %v, want nil", value, err)
		}
	}
}

func TestStructNilPointer(t *testing.T) {
	t.Parallel()
	want := []validate.FieldError{{Rule: "required", Message: "is a required field"}}
	if diff := cmp.Diff(want, fieldsOf(t, validate.Struct((*item)(nil)))); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestStructRequiredStruct(t *testing.T) {
	t.Parallel()
	type order struct {
		Item item `json:"item" validate:"required"`
	}
	if diff := cmp.Diff([]string{"item"}, pathsOf(t, validate.Struct(order{}))); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestFrom(t *testing.T) {
	t.Parallel()
	type signup struct {
		Name string `json:"name" validate:"lucky" binding:"required"`
	}
	engine := func(tag string) *validator.Validate {
		v := validator.New()
		if tag != "" {
			v.SetTagName(tag)
		}
		if err := v.RegisterValidation("lucky", func(fl validator.FieldLevel) bool { return fl.Field().String() == "7" }); err != nil {
			t.Fatal(err)
		}
		return v
	}
	tests := []struct {
		name string
		v    *validate.Validator
		want string
	}{
		{"own rule", validate.Wrap(engine("")), "lucky"},
		{"finds the binding tag", validate.Wrap(engine("binding")), "required"},
		{"told the tag", validate.Wrap(engine(""), validate.WithTag("binding")), "required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := fieldsOf(t, tt.v.Struct(signup{}))
			if len(got) != 1 || got[0].Path != "name" || got[0].Rule != tt.want {
				t.Errorf("got %+v, want rule %q at name", got, tt.want)
			}
			if err := tt.v.CheckType(reflect.TypeFor[signup]()); err != nil {
				t.Errorf("CheckType: %v", err)
			}
		})
	}
}

// Every rule that can fail is made to, with a value that must not show.
func TestMessagesHoldNoValues(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-Valüe"
	v := validator.New()
	v.RegisterAlias("alias", "email")
	v.RegisterAlias("either", "email|uuid")
	kit := validate.Wrap(v)
	for rule := range strings.FieldsSeq(`alias either alpha email|uuid email uuid4_rfc4122 uuid url http_url e164 oneof=a
		eq=a ne=s3cret-Valüe len=3 min=90 max=3 lt=3 lte=3 gt=90 gte=90 contains=x containsany=x excludes=s startswith=x
		endswith=x datetime=2006-01-02 timezone json jwt lowercase uppercase isdefault iscolor country_code eqfield=Other
		nefield=Same unique=Same postcode_iso3166_alpha2=DE excluded_with=Other eq_ignore_case=a oneofci=a hostname_port`) {
		typ := reflect.StructOf([]reflect.StructField{
			{Name: "Field", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(`json:"field" validate:"` + rule + `"`)},
			{Name: "Other", Type: reflect.TypeFor[string]()},
			{Name: "Same", Type: reflect.TypeFor[string]()},
		})
		value := reflect.New(typ).Elem()
		value.Field(0).SetString(secret)
		value.Field(1).SetString("other")
		value.Field(2).SetString(secret)
		err := kit.Struct(value.Interface())
		fields := fieldsOf(t, err)
		fields[0].Param = ""
		text, _ := json.Marshal(fields)
		if rule != "ne="+secret && (strings.Contains(string(text), secret) || strings.Contains(err.Error(), secret)) {
			t.Errorf("%s: the value shows in %s", rule, text)
		}
		if m := fields[0].Message; m == "" || strings.HasPrefix(m, "field") || strings.Contains(m, "Key:") {
			t.Errorf("%s: message %q", rule, m)
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	type form struct {
		Email string        `json:"email" validate:"email"`
		Name  string        `json:"name" validate:"min=3"`
		Tags  []string      `json:"tags" validate:"min=1"`
		Wait  time.Duration `json:"wait" validate:"min=1h"`
		Size  int           `json:"size" validate:"lte=0x10"`
		Link  string        `json:"link" validate:"http_url"`
		When  time.Time     `json:"when" validate:"gt"`
		Color string        `json:"color" validate:"rgb|rgba"`
	}
	got := fieldsOf(t, validate.Struct(form{Name: "a", Size: 17}))
	want := []validate.FieldError{
		{Path: "email", Rule: "email", Message: "must be a valid email address"},
		{Path: "name", Rule: "min", Param: "3", Message: "must be at least 3 characters in length"},
		{Path: "tags", Rule: "min", Param: "1", Message: "must contain at least 1 item"},
		{Path: "wait", Rule: "min", Param: "1h", Message: "must be 1h or greater"},
		{Path: "size", Rule: "lte", Param: "0x10", Message: "must be 0x10 or less"},
		{Path: "link", Rule: "http_url", Message: `failed the rule "http_url"`},
		{Path: "when", Rule: "gt", Message: "must be greater than the current Date & Time"},
		{Path: "color", Rule: "rgb|rgba", Message: `failed the rule "rgb|rgba"`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestWithTranslator(t *testing.T) {
	t.Parallel()
	locale := de.New()
	trans := ut.New(locale, locale).GetFallback()
	v := validate.New(validate.WithTranslator(trans, detexts.RegisterDefaultTranslations))
	const want = "validation failed: email: email muss eine gültige E-Mail-Adresse sein"
	if got := v.Struct(Contact{"x"}).Error(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	// A second validator on the same translator, made while the first is used.
	type bound struct {
		Email string `json:"email" binding:"email"`
	}
	if got := v.ForTag("binding").Struct(bound{"x"}).Error(); got != want {
		t.Errorf("tagged: got  %q\nwant %q", got, want)
	}
}

func TestWithTranslatorPrepared(t *testing.T) {
	t.Parallel()
	locale := de.New()
	trans := ut.New(locale, locale).GetFallback()
	engine := validator.New()
	if err := detexts.RegisterDefaultTranslations(engine, trans); err != nil {
		t.Fatal(err)
	}
	got := validate.Wrap(engine, validate.WithTranslator(trans, nil)).Struct(Contact{"x"}).Error()
	if want := "validation failed: email: email muss eine gültige E-Mail-Adresse sein"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWithTranslatorFails(t *testing.T) {
	t.Parallel()
	locale := de.New()
	trans := ut.New(locale, locale).GetFallback()
	broken := errors.New("no texts")
	v := validate.New(validate.WithTranslator(trans, func(*validator.Validate, ut.Translator) error { return broken }))
	if err := v.CheckType(reflect.TypeFor[item]()); !errors.Is(err, broken) {
		t.Errorf("CheckType = %v, want %v", err, broken)
	}
	if err := v.RegisterRule("even", isEven, ""); !errors.Is(err, broken) {
		t.Errorf("RegisterRule = %v, want %v", err, broken)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	v := validate.New()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_ = v.RegisterRule(fmt.Sprint("rule", i), isEven, "")
			_ = v.CheckType(reflect.TypeFor[page[item]]())
			_ = v.Struct(page[item]{Items: []item{{}}})
			_ = v.ForTag(fmt.Sprint("tag", i%3)).Struct(item{})
		})
	}
	wg.Wait()
}

//go:fix inline

var ignoreCause = cmpopts.IgnoreUnexported(validate.Error{})
