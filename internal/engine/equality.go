package engine

import (
	"strconv"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// equality is a condition without which an expression is not true: that a field
// of the async event equals a field of the event, or a literal.
type equality struct {
	async   []string // the fields that lead to it
	event   []string // the same; none for a literal
	literal any
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

// indexKey returns a text that is the same for values that are equal in an
// expression, or false for those that are not simple.
func indexKey(v any) (string, bool) {
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
