package validate_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

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
