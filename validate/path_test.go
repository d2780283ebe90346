package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

// Keys come from outside and may look like paths.
func FuzzPath(f *testing.F) {
	for _, key := range []string{"", "EUR", "10", "a.b", "a]b[", "]", "[", "stock.", "\xff"} {
		f.Add(key, "other")
	}
	type stock struct {
		Count map[string]int `json:"count" validate:"dive,gt=0"`
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		value := stock{Count: map[string]int{a: 0, b: 0}}
		got := pathsOf(t, validate.Struct(value))
		again := pathsOf(t, validate.Struct(value))
		if !strings.ContainsAny(a+b, "[]") && !cmp.Equal(got, again) {
			t.Errorf("the order changes: %q, then %q", got, again)
		}
		want := map[string]bool{"count[" + a + "]": true, "count[" + b + "]": true}
		for _, path := range got {
			if !want[path] {
				t.Errorf("path %q for keys %q and %q", path, a, b)
			}
		}
	})
}
