package validate_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/go-playground/locales/de"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	detexts "github.com/go-playground/validator/v10/translations/de"

	"github.com/inngestkit/inngestkit/validate"
)

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
		{"gt", optional[any]{}, "must be greater than " + now},
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

// An alias has no text in a translator that comes with its texts. validator's
// own functions would log the value. Alone, because the output is the process's.
func TestPreparedTextsPrintNothing(t *testing.T) {
	locale := de.New()
	trans := ut.New(locale, locale).GetFallback()
	engine := validator.New()
	if err := detexts.RegisterDefaultTranslations(engine, trans); err != nil {
		t.Fatal(err)
	}
	engine.RegisterAlias("contact", "email")
	v := validate.Wrap(engine, validate.WithTranslator(trans, nil))
	type login struct {
		Email string     `json:"email" validate:"contact"`
		Name  string     `json:"name" validate:"required"`
		Since *time.Time `json:"since" validate:"lt"`
	}
	if got := fieldsOf(t, v.Struct((*login)(nil))); got[0].Message != "ist ein Pflichtfeld" {
		t.Errorf("a nil pointer: got %+v", got)
	}
	var err error
	printed := output(t, func() { err = v.Struct(login{Email: "s3cret"}) })
	if len(printed) > 0 {
		t.Errorf("printed %q", printed)
	}
	const want = `validation failed: email: failed the rule "contact"; name: name ist ein Pflichtfeld; ` +
		"since: since muss vor dem aktuellen Datum und Uhrzeit liegen"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %v", err, want)
	}
}
