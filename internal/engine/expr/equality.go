package expr

import (
	"strconv"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// equality is a condition that an expression implies: a field of the async
// event equals a field of the event, or a literal.
type equality struct {
	async   []string // the path of the async event's field
	event   []string // the path of the event's field; empty for a literal
	literal any
}

// Requires returns the field of the async event that must have a certain value
// for the expression to be true, and that value as [FieldKey] returns it. Field
// is empty if there is no such field. An index of waits uses it: only the
// events that have the value need to be evaluated.
func (x Expression) Requires(event Event) (field []string, value string) {
	if x.equality == nil {
		return nil, ""
	}
	wanted := x.equality.literal
	if len(x.equality.event) > 0 {
		wanted = lookup(event.Document(), x.equality.event)
	}
	if key, ok := keyOf(wanted); ok {
		return x.equality.async, key
	}
	return nil, ""
}

// FieldKey returns a text that is the same for two values of a field if the
// values are equal in an expression, and whether the value has such a text:
// objects and arrays have none.
func FieldKey(event Event, field []string) (value string, ok bool) {
	return keyOf(lookup(event.Document(), field))
}

// findEquality returns the first equality among the conditions that an
// expression joins with &&, or nil.
func findEquality(x ast.Expr) *equality {
	if x.Kind() != ast.CallKind {
		return nil
	}
	args := x.AsCall().Args()
	switch x.AsCall().FunctionName() {
	case operators.LogicalAnd:
		for _, arg := range args {
			if eq := findEquality(arg); eq != nil {
				return eq
			}
		}
	case operators.Equals:
		if eq := asEquality(args[0], args[1]); eq != nil {
			return eq
		}
		return asEquality(args[1], args[0])
	}
	return nil
}

func asEquality(async, other ast.Expr) *equality {
	path := pathOf(async)
	if len(path) < 2 || path[0] != "async" {
		return nil
	}
	if other.Kind() == ast.LiteralKind {
		return &equality{async: path[1:], literal: other.AsLiteral().Value()}
	}
	if field := pathOf(other); len(field) > 1 && field[0] == "event" {
		return &equality{async: path[1:], event: field[1:]}
	}
	return nil
}

func keyOf(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "null", true
	case bool:
		return strconv.FormatBool(v), true
	case string:
		return "s" + v, true
	case int64:
		return strconv.FormatFloat(float64(v), 'g', -1, 64), true
	case uint64:
		return strconv.FormatFloat(float64(v), 'g', -1, 64), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}
