package expr

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// Expression is a compiled expression. The zero value is the empty expression.
// It is safe for concurrent use.
type Expression struct {
	program  cel.Program
	equality *equality // an equality that the expression implies; nil if none is known
}

// Event is an event that expressions read.
type Event interface {
	// Document returns the event as [Decode] returns it. An expression calls it
	// for each evaluation, so it should decode once.
	Document() any
}

// Decode decodes a JSON document for expressions. Every number becomes a
// double, as in JavaScript. Decode returns nil for invalid JSON.
func Decode(raw json.RawMessage) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}

// IsEmpty reports whether there is no expression.
func (x Expression) IsEmpty() bool { return x.program == nil }

// Matches reports whether the expression is true of the events. async may be
// nil. An empty expression is true; one that fails is false.
func (x Expression) Matches(event, async Event) bool {
	if x.IsEmpty() {
		return true
	}
	vars := map[string]any{"event": event.Document(), "async": nil}
	if async != nil {
		vars["async"] = async.Document()
	}
	out, _, err := x.program.Eval(vars)
	return err == nil && out == types.True
}

// Key returns the expression's value as text, which groups events, and whether
// it has one. It has none if the expression is false, empty or fails, or if its
// field is missing.
func (x Expression) Key(event Event) (key string, ok bool) {
	switch v := x.eval(event).(type) {
	case types.Bool:
		return strconv.FormatBool(bool(v)), bool(v)
	case types.Null:
		return "null", true
	case types.String:
		return string(v), true
	default:
		if raw, err := json.Marshal(v.Value()); err == nil {
			return string(raw), true
		}
		return fmt.Sprint(v.Value()), true
	}
}

// Number returns the expression's value, or 0 if that is not a number.
func (x Expression) Number(event Event) float64 {
	switch v := x.eval(event).(type) {
	case types.Int:
		return float64(v)
	case types.Uint:
		return float64(v)
	case types.Double:
		return float64(v)
	}
	return 0
}

// eval evaluates the expression over one event. A missing field is false, and
// so is an expression that is empty or fails.
func (x Expression) eval(event Event) ref.Val {
	if x.IsEmpty() {
		return types.False
	}
	out, _, err := x.program.Eval(map[string]any{"event": event.Document(), "async": nil})
	if _, missing := out.(absent); err != nil || missing {
		return types.False
	}
	return out
}
