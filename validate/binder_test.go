package validate_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

type boundPage[T any] struct {
	Items  []T            `json:"items" binding:"dive"`
	Prices map[string]int `json:"prices" binding:"dive,gt=0"`
	Name   string         `json:"name" binding:"required"`
}

type boundItem struct {
	SKU string `json:"sku" binding:"required"`
}

// The binder belongs to the process, so this test runs alone.
func TestUseBinder(t *testing.T) {
	engine := validator.New()
	engine.SetTagName("binding")
	value := boundPage[boundItem]{
		Items:  []boundItem{{"a"}, {}},
		Prices: map[string]int{"c": 0, "b": 1, "a": 0, "d": -1, "e": 0, "f": 0},
	}
	// Without a binder there are Go names and general messages.
	const general = `validation failed: Name: failed the rule "required"`
	plain := validator.New()
	plain.SetTagName("binding")
	if err := validate.ConvertError(plain.Struct(boundPage[boundItem]{})); err == nil || err.Error() != general {
		t.Errorf("got %v, want %s", err, general)
	}
	if !validate.UseBinder(engine) {
		t.Fatal("UseBinder = false")
	}
	want := []validate.FieldError{
		{Path: "items[1].sku", Rule: "required", Message: "is a required field"},
		{Path: "prices[a]", Rule: "gt", Param: "0", Message: "must be greater than 0"},
		{Path: "prices[c]", Rule: "gt", Param: "0", Message: "must be greater than 0"},
		{Path: "prices[d]", Rule: "gt", Param: "0", Message: "must be greater than 0"},
		{Path: "prices[e]", Rule: "gt", Param: "0", Message: "must be greater than 0"},
		{Path: "prices[f]", Rule: "gt", Param: "0", Message: "must be greater than 0"},
		{Path: "name", Rule: "required", Message: "is a required field"},
	}
	if diff := cmp.Diff(want, fieldsOf(t, validate.ConvertError(engine.Struct(value)))); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	// An error of the package stays the same.
	err := validate.Struct(item{})
	if got := validate.ConvertError(err); got != err { //nolint:errorlint // the same value
		t.Errorf("ConvertError changed %v", err)
	}
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
