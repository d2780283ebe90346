package validate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

func isEven(fl validator.FieldLevel) bool { return fl.Field().Int()%2 == 0 }

// The package-level validator takes rules before the first test uses it.
var errDefault = errors.Join(
	validate.RegisterRule("default_even", isEven, ""),
	validate.RegisterStructRule(func(sl validator.StructLevel) {
		sl.ReportError(nil, "Count", "Count", "never", "")
	}, counted{}),
)

type counted struct {
	Count int `json:"count" validate:"default_even"`
}

func TestDefaultRules(t *testing.T) {
	t.Parallel()
	if errDefault != nil {
		t.Fatal(errDefault)
	}
	const want = `validation failed: count: failed the rule "default_even"; count: failed the rule "never"`
	if err := validate.Struct(counted{1}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestRegisterRule(t *testing.T) {
	t.Parallel()
	type order struct {
		Pairs int `json:"pairs" validate:"even" binding:"even"`
		Packs int `json:"packs" validate:"multiple=6" binding:"multiple=6"`
	}
	v := validate.New()
	tagged := v.ForTag("binding")
	multiple := func(fl validator.FieldLevel) bool { return fl.Field().Int()%6 == 0 }
	for _, err := range []error{
		v.RegisterRule("even", isEven, "{0} must be even"),
		tagged.RegisterRule("multiple", multiple, "must come in packs of {1}"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []validate.FieldError{
		{Path: "pairs", Rule: "even", Message: "must be even"},
		{Path: "packs", Rule: "multiple", Param: "6", Message: "must come in packs of 6"},
	}
	for name, v := range map[string]*validate.Validator{"first": v, "tagged": tagged, "tagged late": v.ForTag("binding")} {
		if diff := cmp.Diff(want, fieldsOf(t, v.Struct(order{1, 5}))); diff != "" {
			t.Errorf("%s: fields (-want +got):\n%s", name, diff)
		}
	}
}

func TestRegisterAfterUse(t *testing.T) {
	t.Parallel()
	uses := map[string]func(*validate.Validator){
		"Struct":        func(v *validate.Validator) { _ = v.Struct(item{}) },
		"Decode":        func(v *validate.Validator) { _ = v.Decode([]byte(`{}`), &item{}) },
		"ForTag Struct": func(v *validate.Validator) { _ = v.ForTag("binding").Struct(item{}) },
	}
	for name, use := range uses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := validate.New()
			use(v)
			if err := v.RegisterRule("even", isEven, ""); err == nil || !strings.Contains(err.Error(), "before") {
				t.Errorf("RegisterRule = %v, want an error that says when", err)
			}
			if err := v.RegisterStructRule(func(validator.StructLevel) {}, item{}); err == nil {
				t.Error("RegisterStructRule = nil, want an error")
			}
		})
	}
}

func TestRegisterWrong(t *testing.T) {
	t.Parallel()
	v := validate.New()
	for _, tag := range []string{"", "required", "a,b", "dive"} {
		if err := v.RegisterRule(tag, isEven, ""); err == nil {
			t.Errorf("RegisterRule(%q) = nil, want an error", tag)
		}
	}
	if err := v.RegisterRule("even", nil, ""); err == nil {
		t.Error("RegisterRule without a function = nil, want an error")
	}
	if err := v.RegisterStructRule(nil, item{}); err == nil {
		t.Error("RegisterStructRule without a function = nil, want an error")
	}
	for _, value := range []any{nil, 1, []item{}} {
		if err := v.RegisterStructRule(func(validator.StructLevel) {}, value); err == nil {
			t.Errorf("RegisterStructRule for %T = nil, want an error", value)
		}
	}
}

func TestRegisterStructRule(t *testing.T) {
	t.Parallel()
	type line struct {
		Price int `json:"price"`
	}
	type order struct {
		Lines []line `json:"lines" validate:"dive"`
		Total int    `json:"total"`
	}
	type cart struct {
		Order order `json:"order"`
	}
	v := validate.New()
	report := func(name string) validator.StructLevelFunc {
		return func(sl validator.StructLevel) { sl.ReportError(sl.Current().Interface(), name, "", "sum", "") }
	}
	for _, name := range []string{"Total", "total", "Lines[1].Price", "else"} {
		if err := v.RegisterStructRule(report(name), (*order)(nil)); err != nil {
			t.Fatal(err)
		}
	}
	got := fieldsOf(t, v.Struct(cart{}))
	const message = `failed the rule "sum"`
	want := []validate.FieldError{
		{Path: "order.total", Rule: "sum", Message: message},
		{Path: "order.total", Rule: "sum", Message: message},
		{Path: "order.lines[1].price", Rule: "sum", Message: message},
		{Path: "order.else", Rule: "sum", Message: message},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// A tag that is asked for late has the rules from before.
func TestForTagLate(t *testing.T) {
	t.Parallel()
	type order struct {
		Pairs int `json:"pairs" binding:"even"`
	}
	v := validate.New()
	err := errors.Join(
		v.RegisterRule("even", isEven, "{0} must be even"),
		v.RegisterStructRule(func(sl validator.StructLevel) { sl.ReportError(1, "Pairs", "", "never", "") }, order{}),
	)
	if err != nil {
		t.Fatal(err)
	}
	err = v.ForTag("binding").Struct(order{1})
	want := []validate.FieldError{
		{Path: "pairs", Rule: "even", Message: "must be even"},
		{Path: "pairs", Rule: "never", Message: `failed the rule "never"`},
	}
	if diff := cmp.Diff(want, fieldsOf(t, err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	var broken validator.ValidationErrors
	if !errors.As(err, &broken) || broken[1].StructField() != "Pairs" {
		t.Errorf("the Go name of the field is %q", broken[1].StructField())
	}
	if err := validate.New().RegisterStructRule(func(validator.StructLevel) {}); err == nil {
		t.Error("a struct rule without a type: got nil, want an error")
	}
}

func TestForTag(t *testing.T) {
	t.Parallel()
	v := validate.New()
	binding := v.ForTag("binding")
	if v.ForTag("validate") != v || v.ForTag("binding") != binding || binding.ForTag("validate") != v {
		t.Error("ForTag gives another validator for the same tag")
	}
}
