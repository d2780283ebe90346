package engine

import (
	"strconv"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// equality is a condition without which an expression is not true: that a field
// of the async event equals a field of the event, or a literal.
type equality struct {
	async   string // path
	event   string // path; empty for a literal
	literal any
}

// pathSeparator joins the fields of a path. It stands in no field that can be
// written after a dot; one in quotes that has it is not indexed.
const pathSeparator = "\x00"

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
	root, path := fieldPath(async)
	if root != "async" || path == "" {
		return nil
	}
	if other.Kind() == ast.LiteralKind {
		return &equality{async: path, literal: other.AsLiteral().Value()}
	}
	if root, field := fieldPath(other); root == "event" && field != "" {
		return &equality{async: path, event: field}
	}
	return nil
}

// fieldPath reads x.y["z"]; its root is empty for anything else.
func fieldPath(x ast.Expr) (root, path string) {
	var field string
	var operand ast.Expr
	switch x.Kind() {
	case ast.IdentKind:
		return x.AsIdent(), ""
	case ast.SelectKind:
		if x.AsSelect().IsTestOnly() {
			return "", ""
		}
		operand, field = x.AsSelect().Operand(), x.AsSelect().FieldName()
	case ast.CallKind:
		args := x.AsCall().Args()
		if x.AsCall().FunctionName() != operators.Index || args[1].Kind() != ast.LiteralKind {
			return "", ""
		}
		key, ok := args[1].AsLiteral().Value().(string)
		if !ok || strings.Contains(key, pathSeparator) {
			return "", ""
		}
		operand, field = args[0], key
	default:
		return "", ""
	}
	root, path = fieldPath(operand)
	if path != "" {
		field = path + pathSeparator + field
	}
	return root, field
}

// lookup follows a path into a decoded document. What leads nowhere is null,
// as it is in expressions.
func lookup(document any, path string) any {
	for field := range strings.SplitSeq(path, pathSeparator) {
		object, ok := document.(map[string]any)
		if !ok {
			return nil
		}
		document = object[field]
	}
	return document
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
