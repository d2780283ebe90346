package validate_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/inngestkit/inngestkit/validate"
)

func TestTypeErrorText(t *testing.T) {
	t.Parallel()
	typ := reflect.TypeFor[item]()
	for want, err := range map[string]*validate.TypeError{
		"validate_test.item: is bad":                         {Type: typ, Problem: "is bad"},
		"validate_test.item: field A: is bad":                {Type: typ, Field: "A", Problem: "is bad"},
		`validate_test.item: field A: rule "min=x" is wrong`: {Type: typ, Field: "A", Rule: "min=x", Problem: "is wrong"},
	} {
		if err.Error() != want || errors.Unwrap(err) != nil {
			t.Errorf("got %q, want %q", err, want)
		}
	}
	_ = fmt.Sprint(&validate.TypeError{})
}
