package engine

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
)

// maxExpressionCost bounds what one evaluation may do, in CEL's own unit.
const maxExpressionCost = 1_000_000

// compiler turns expressions into programs (SDK specification 1.3.1). It is
// safe for concurrent use.
type compiler struct{ env *cel.Env }

func newCompiler(clock Clock) (*compiler, error) {
	env, err := cel.NewEnv(append(expressionFunctions(clock),
		cel.Variable("event", cel.DynType),
		cel.Variable("async", cel.DynType),
		cel.CrossTypeNumericComparisons(true),
	)...)
	if err != nil {
		return nil, err
	}
	return &compiler{env: env}, nil
}

// expression is a compiled expression; the zero value is always true. It is
// safe for concurrent use.
type expression struct{ program cel.Program }

// compile returns the zero expression for an empty source.
func (c *compiler) compile(source string) (expression, error) {
	if strings.TrimSpace(source) == "" {
		return expression{}, nil
	}
	ast, issues := c.env.Compile(source)
	if err := issues.Err(); err != nil {
		return expression{}, fmt.Errorf("the expression %q is not valid: %w", source, err)
	}
	program, err := c.env.Program(ast,
		cel.CostLimit(maxExpressionCost),
		cel.CustomDecoratorV2(missingFields(ast)),
	)
	if err != nil {
		return expression{}, fmt.Errorf("the expression %q is not valid: %w", source, err)
	}
	return expression{program}, nil
}

// matches reports whether the expression is true of the events; async may be
// nil. Anything that cannot be compared counts as false.
func (x expression) matches(ev, async *event) bool {
	if x.program == nil {
		return true
	}
	vars := map[string]any{"event": ev.value(), "async": nil}
	if async != nil {
		vars["async"] = async.value()
	}
	out, _, err := x.program.Eval(vars)
	return err == nil && out == types.True
}

// decodeJSON decodes a document for expressions: every number is a double, as
// JSON's are.
func decodeJSON(raw json.RawMessage) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}
