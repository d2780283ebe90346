package expr

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// pathOf returns the names of a chain of fields, x.y["z"], beginning with its
// variable, or nil if the expression is not such a chain.
func pathOf(x ast.Expr) []string {
	switch x.Kind() { //nolint:exhaustive // no other kind is a chain
	case ast.IdentKind:
		return []string{x.AsIdent()}
	case ast.SelectKind:
		if of := pathOf(x.AsSelect().Operand()); of != nil && !x.AsSelect().IsTestOnly() {
			return append(of, x.AsSelect().FieldName())
		}
	case ast.CallKind:
		args := x.AsCall().Args()
		if x.AsCall().FunctionName() != operators.Index || args[1].Kind() != ast.LiteralKind {
			return nil
		}
		if field, ok := args[1].AsLiteral().Value().(string); ok {
			if of := pathOf(args[0]); of != nil {
				return append(of, field)
			}
		}
	}
	return nil
}

// lookup follows a chain of fields into a decoded document. It returns nil if a
// field is missing, as for null.
func lookup(document any, fields []string) any {
	for _, field := range fields {
		object, ok := document.(map[string]any)
		if !ok {
			return nil
		}
		document = object[field]
	}
	return document
}
