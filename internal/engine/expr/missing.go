package expr

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// MissingFields returns the fields of event that a wait's expression compares
// with the awaited event, and that event does not have. Such a comparison is
// false for every awaited event that has the other field, so it is probably a
// typo. The result is sorted, and empty for an expression that does not parse.
func MissingFields(expression string, event json.RawMessage) []string {
	env, err := cel.NewEnv()
	if err != nil {
		return nil
	}
	parsed, issues := env.Parse(expression)
	if issues.Err() != nil {
		return nil
	}
	root := map[string]any{"event": Decode(event)}
	var missing []string
	ast.PreOrderVisit(parsed.NativeRep().Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() != ast.CallKind || x.AsCall().FunctionName() != operators.Equals {
			return
		}
		a, b := pathOf(x.AsCall().Args()[0]), pathOf(x.AsCall().Args()[1])
		if len(a) > 0 && a[0] == "async" {
			a, b = b, a
		}
		if len(a) > 1 && a[0] == "event" && len(b) > 0 && b[0] == "async" && !has(root, a) {
			missing = append(missing, strings.Join(a, "."))
		}
	}))
	slices.Sort(missing)
	return slices.Compact(missing)
}

func has(v any, path []string) bool {
	for _, name := range path {
		fields, ok := v.(map[string]any)
		if !ok {
			return false
		}
		if v, ok = fields[name]; !ok {
			return false
		}
	}
	return true
}
