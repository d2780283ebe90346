package expr

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/cel-go/cel"
)

const (
	// maxCost bounds the work of one evaluation, in CEL's own unit.
	maxCost = 1_000_000
	// maxCached bounds the compiled expressions in a compiler's cache. The cache
	// pays because all runs of a function wait with the same expressions.
	maxCached = 1000
)

// Compiler compiles expressions. It is safe for concurrent use.
type Compiler struct {
	env *cel.Env

	mu     sync.Mutex
	cached map[string]Expression // by source
}

// NewCompiler returns a compiler whose expressions take the current time from
// now. It calls now from any goroutine that evaluates an expression.
func NewCompiler(now func() time.Time) (*Compiler, error) {
	env, err := cel.NewEnv(append(functions(now),
		cel.Variable("event", cel.DynType),
		cel.Variable("async", cel.DynType),
		cel.CrossTypeNumericComparisons(true),
	)...)
	if err != nil {
		return nil, err
	}
	return &Compiler{env: env, cached: map[string]Expression{}}, nil
}

// Compile compiles an expression. An empty source compiles to the zero
// Expression. An error quotes the source and gives the place of each mistake.
func (c *Compiler) Compile(source string) (Expression, error) {
	if strings.TrimSpace(source) == "" {
		return Expression{}, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if x, ok := c.cached[source]; ok {
		return x, nil
	}
	x, err := c.build(source)
	if err != nil {
		return Expression{}, fmt.Errorf("the expression %q is not valid: %w", source, err)
	}
	if len(c.cached) >= maxCached {
		clear(c.cached)
	}
	c.cached[source] = x
	return x, nil
}

func (c *Compiler) build(source string) (Expression, error) {
	ast, issues := c.env.Compile(source)
	if issues.Err() != nil {
		return Expression{}, errors.New(describe(issues))
	}
	program, err := c.env.Program(ast,
		cel.CostLimit(maxCost),
		cel.CustomDecoratorV2(missingFields(ast)),
	)
	if err != nil {
		return Expression{}, err
	}
	return Expression{program, findEquality(ast.NativeRep().Expr())}, nil
}

// describe lists the mistakes in an expression with their places, in one line,
// because logs and the dev server's page show it.
func describe(issues *cel.Issues) string {
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
