package sdk

import (
	"errors"
	"reflect"
	"testing"
)

// The value that leaves a function is recognised by its type, so that it need
// not be comparable.
func TestInterruptionNeedNotBeComparable(t *testing.T) {
	value, typ := interruption, interruptionType
	defer func() { interruption, interruptionType = value, typ }()
	type uncomparable struct{ steps []string }
	interruption = uncomparable{[]string{"a"}}
	interruptionType = reflect.TypeOf(interruption)

	func() {
		defer func() {
			if v := recover(); !IsInterruption(v) {
				t.Errorf("%v is not recognised", v)
			}
		}()
		Interrupt()
	}()
	for _, other := range []any{nil, []string{"a"}, map[string]int{}, errors.New("a"), value} {
		if IsInterruption(other) {
			t.Errorf("%T is taken for the interruption", other)
		}
	}
	interruption, interruptionType = nil, nil
	if IsInterruption(nil) {
		t.Error("without an interruption, nil is taken for one")
	}
}
