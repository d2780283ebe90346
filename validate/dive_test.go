package validate_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/inngestkit/inngestkit/validate"
)

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
		{[]struct{ secretly }{}, "", "dive"},

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
	ruled    struct{ Name string }
	ring     struct{ Next *ring }
	secretly struct {
		Name string `validate:"required"`
	}
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
