package engine

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// set reports whether there is an expression at all.
func (x expression) set() bool { return x.program != nil }

// eval evaluates the expression over one event. A missing field is false, as
// is what cannot be evaluated.
func (x expression) eval(ev *event) ref.Val {
	if !x.set() {
		return types.False
	}
	out, _, err := x.program.Eval(map[string]any{"event": ev.value(), "async": nil})
	if _, missing := out.(absent); err != nil || missing {
		return types.False
	}
	return out
}

// value is the expression's value as a key, and whether it has one: false is
// none.
func (x expression) value(ev *event) (string, bool) {
	switch v := x.eval(ev).(type) {
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

// number is the expression's value if it is a number, and else 0.
func (x expression) number(ev *event) float64 {
	switch v := x.eval(ev).(type) {
	case types.Int:
		return float64(v)
	case types.Uint:
		return float64(v)
	case types.Double:
		return float64(v)
	}
	return 0
}

// asks returns the field of the async event that must have a certain value for
// the expression to be true, and that value, for an index; no field if there
// is none.
func (x expression) asks(ev *event) (field []string, value string) {
	if x.equal == nil {
		return nil, ""
	}
	wanted := x.equal.literal
	if len(x.equal.event) > 0 {
		wanted = lookup(ev.value(), x.equal.event)
	}
	if key, ok := indexKey(wanted); ok {
		return x.equal.async, key
	}
	return nil, ""
}
