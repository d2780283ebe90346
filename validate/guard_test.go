package validate_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"

	"github.com/inngestkit/inngestkit/validate"
)

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
