package validate_test

import (
	"errors"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

func asError(t *testing.T, err error) *validate.Error {
	t.Helper()
	var e *validate.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *validate.Error", err)
	}
	return e
}

func TestErrorUnwrap(t *testing.T) {
	t.Parallel()
	var broken validator.ValidationErrors
	if err := validate.Struct(item{}); !errors.As(err, &broken) || len(broken) != 2 {
		t.Errorf("got %v, want 2 validator.ValidationErrors", broken)
	}
}

func TestErrorWithPrefix(t *testing.T) {
	t.Parallel()
	e := &validate.Error{Fields: []validate.FieldError{{Path: "a"}, {Path: ""}, {Path: "[2].b"}}}
	for prefix, want := range map[string][]string{
		"events[1]": {"events[1].a", "events[1]", "events[1][2].b"},
		"":          {"a", "", "[2].b"},
	} {
		if diff := cmp.Diff(want, pathsOf(t, e.WithPrefix(prefix))); diff != "" {
			t.Errorf("prefix %q: paths (-want +got):\n%s", prefix, diff)
		}
	}
	if e.Fields[0].Path != "a" {
		t.Error("WithPrefix changed the original")
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	if got := validate.Join(nil, nil); got != nil {
		t.Errorf("Join(nil, nil) = %v, want nil", got)
	}
	first := asError(t, validate.Struct(item{Price: 1})).WithPrefix("events[0]")
	second := asError(t, validate.Decode([]byte(`{"sku":1}`), &item{})).WithPrefix("events[1]")
	third := asError(t, validate.Struct(item{SKU: "a"})).WithPrefix("events[2]")
	joined := validate.Join(second, nil, first, third)
	if diff := cmp.Diff([]string{"events[1].sku", "events[0].sku", "events[2].price"}, pathsOf(t, joined)); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	var broken validator.ValidationErrors
	if !errors.As(joined, &broken) || len(broken) != 2 {
		t.Errorf("got %v, want both validator.ValidationErrors", broken)
	}
	if diff := cmp.Diff(second, validate.Join(second), ignoreCause); diff != "" || errors.Unwrap(validate.Join(second)) == nil {
		t.Errorf("Join of one (-want +got):\n%s", diff)
	}
}
