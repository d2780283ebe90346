package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/ext"
	"github.com/google/cel-go/interpreter"
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

func newCompiler() (*compiler, error) {
	env, err := cel.NewEnv(
		cel.Variable("event", cel.DynType),
		cel.Variable("async", cel.DynType),
		cel.CrossTypeNumericComparisons(true),
		ext.Strings(),
	)
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
	if err := issues.Err(); err != nil {
		return expression{}, err
	}
	program, err := c.env.Program(ast,
		cel.CostLimit(maxExpressionCost),
		cel.CustomDecoratorV2(missingIsNull),
	)
	if err != nil {
		return expression{}, err
	}
	return expression{program, findEquality(ast.NativeRep().Expr())}, nil
}

// matches reports whether the expression is true of the events; async may be
// nil. A field that is not there counts as null; anything that cannot be
// compared counts as false.
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

// missingIsNull makes a path that leads nowhere evaluate to null.
func missingIsNull(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	if attr, ok := i.(interpreter.InterpretableAttribute); ok {
		return nullable{attr}, nil
	}
	return i, nil
}

type nullable struct {
	interpreter.InterpretableAttribute
}

func (n nullable) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	v := n.InterpretableAttribute.Exec(frame)
	if types.IsError(v) {
		return types.NullValue
	}
	return v
}

func (n nullable) Eval(vars interpreter.Activation) ref.Val {
	return n.Exec(interpreter.AsFrame(vars))
}

// decodeJSON decodes a document for expressions: whole numbers stay integers.
func decodeJSON(raw json.RawMessage) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return numbers(v)
}

func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return v
}
