package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
)

// maxExpressionCost bounds what one evaluation may do, in CEL's own unit.
const maxExpressionCost = 1_000_000

// compiler turns expressions into programs (SDK specification 1.3.1). It is
// safe for concurrent use.
type compiler struct {
	env *cel.Env

	mu    sync.Mutex
	known map[string]expression // by source
}

// maxKnown bounds the compiled expressions that are kept: runs of one function
// wait with the same ones.
const maxKnown = 1000

func newCompiler(clock Clock) (*compiler, error) {
	env, err := cel.NewEnv(append(expressionFunctions(clock),
		cel.Variable("event", cel.DynType),
		cel.Variable("async", cel.DynType),
		cel.CrossTypeNumericComparisons(true),
	)...)
	if err != nil {
		return nil, err
	}
	return &compiler{env: env, known: map[string]expression{}}, nil
}

// expression is a compiled expression; the zero value is always true. It is
// safe for concurrent use.
type expression struct {
	program cel.Program
	equal   *equality // without which it is not true; nil if none is known
}

// compile returns the zero expression for an empty source.
func (c *compiler) compile(source string) (expression, error) {
	if strings.TrimSpace(source) == "" {
		return expression{}, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if x, ok := c.known[source]; ok {
		return x, nil
	}
	x, err := c.build(source)
	if err != nil {
		return expression{}, fmt.Errorf("the expression %q is not valid: %w", source, err)
	}
	if len(c.known) >= maxKnown {
		clear(c.known)
	}
	c.known[source] = x
	return x, nil
}

func (c *compiler) build(source string) (expression, error) {
	ast, issues := c.env.Compile(source)
	if issues.Err() != nil {
		return expression{}, errors.New(mistakes(issues))
	}
	program, err := c.env.Program(ast,
		cel.CostLimit(maxExpressionCost),
		cel.CustomDecoratorV2(missingFields(ast)),
	)
	if err != nil {
		return expression{}, err
	}
	return expression{program, findEquality(ast.NativeRep().Expr())}, nil
}

// mistakes says what is wrong with an expression and where, in one line: it
// goes into logs, and to the page.
func mistakes(issues *cel.Issues) string {
	var all []string
	for _, mistake := range issues.Errors() {
		at := fmt.Sprintf("character %d", mistake.Location.Column()+1)
		if line := mistake.Location.Line(); line > 1 {
			at = fmt.Sprintf("line %d, %s", line, at)
		}
		all = append(all, at+": "+mistake.Message)
	}
	return strings.Join(all, "; ")
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
