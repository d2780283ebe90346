package expr

import (
	"slices"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
)

// missingFields makes a program read missing fields as the official server does.
// In CEL a missing field is an error. Here it is null, with these additions:
//   - It equals null, but no other missing field of the same event.
//   - It is less than null, which is less than everything else.
//   - Its size is 0, it adds nothing to a sum, and any other function of it is
//     false.
//   - has(field) is an error, and so is !has(field).
func missingFields(checked *cel.Ast) interpreter.InterpretableDecoratorV2 {
	presence := map[int64]bool{}
	ast.PostOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() {
			presence[e.ID()] = true
		}
	}))
	return func(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
		switch node := i.(type) {
		case interpreter.InterpretableAttribute:
			if presence[node.ID()] {
				return presenceTest{node}, nil
			}
			return field{node}, nil
		case interpreter.InterpretableCall:
			return newFieldCall(node), nil
		}
		return i, nil
	}
}

// absent is the value of a missing field. Code that does not know the type
// treats it as null.
type absent struct{ types.Null }

// field is a path into an event.
type field struct {
	interpreter.InterpretableAttribute
}

func (f field) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	v := f.InterpretableAttribute.Exec(frame)
	if types.IsError(v) {
		return absent{}
	}
	return v
}

func (f field) Eval(vars interpreter.Activation) ref.Val { return f.Exec(interpreter.AsFrame(vars)) }

// presenceTest is has(field).
type presenceTest struct {
	interpreter.InterpretableAttribute
}

func (p presenceTest) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if v := p.InterpretableAttribute.Exec(frame); v != types.False {
		return v
	}
	return types.NewErr("no such field")
}

func (p presenceTest) Eval(vars interpreter.Activation) ref.Val {
	return p.Exec(interpreter.AsFrame(vars))
}

// fieldCall is a call of a function or an operator. Its arguments may be missing
// fields. It first evaluates only the arguments that are fields or constants;
// if those do not decide the result, the ordinary call evaluates all arguments.
type fieldCall struct {
	interpreter.InterpretableCall
	answer answerer
}

// answerer returns a call's result, or false if the ordinary call decides it.
type answerer func(args []argument) (ref.Val, bool)

func newFieldCall(call interpreter.InterpretableCall) fieldCall {
	c := fieldCall{InterpretableCall: call}
	switch name := call.Function(); name {
	case operators.Equals, operators.NotEquals:
		c.answer = equal(name == operators.Equals)
	case operators.Less, operators.LessEquals:
		c.answer = ordered(true)
	case operators.Greater, operators.GreaterEquals:
		c.answer = ordered(false)
	case operators.Add:
		c.answer = sum
	case overloads.Size:
		c.answer = fallback(types.IntZero)
	default:
		c.answer = fallback(types.False)
	}
	return c
}

func (c fieldCall) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	args := make([]argument, len(c.Args()))
	for i, arg := range c.Args() {
		args[i] = newArgument(frame, arg)
	}
	if v, ok := c.answer(args); ok {
		return v
	}
	return c.InterpretableCall.Exec(frame)
}

func (c fieldCall) Eval(vars interpreter.Activation) ref.Val {
	return c.Exec(interpreter.AsFrame(vars))
}

// argument describes an argument before its call is made.
type argument struct {
	rank  rank
	root  string  // the variable that a field belongs to
	value ref.Val // nil unless the argument is a field or a constant
}

// rank orders missing fields, nulls and values.
type rank int

const (
	rankMissing rank = iota
	rankNull
	rankValue
)

func newArgument(frame *interpreter.ExecutionFrame, arg interpreter.InterpretableV2) argument {
	a := argument{rank: rankValue}
	switch arg := arg.(type) {
	case interpreter.InterpretableAttribute:
		a.value = arg.Exec(frame)
		if named, ok := arg.Attr().(interpreter.NamespacedAttribute); ok {
			a.root = named.CandidateVariableNames()[0]
		}
	case interpreter.InterpretableConst:
		a.value = arg.Value()
	}
	switch a.value {
	case absent{}:
		a.rank = rankMissing
	case types.NullValue:
		a.rank = rankNull
	}
	return a
}

// fallback returns v if an argument is missing.
func fallback(v ref.Val) answerer {
	return func(args []argument) (ref.Val, bool) {
		return v, slices.ContainsFunc(args, func(a argument) bool { return a.rank == rankMissing })
	}
}

// equal compares two arguments of which one is missing.
func equal(positive bool) answerer {
	return func(args []argument) (ref.Val, bool) {
		left, right := args[0], args[1]
		same := left.rank+right.rank == rankMissing+rankNull || left.rank == right.rank && left.root != right.root
		return types.Bool(same == positive), left.rank == rankMissing || right.rank == rankMissing
	}
}

// ordered compares two arguments of different rank, and two missing or null
// ones.
func ordered(less bool) answerer {
	return func(args []argument) (ref.Val, bool) {
		left, right := args[0].rank, args[1].rank
		switch {
		case left != right:
			return types.Bool((left < right) == less), true
		case left == rankMissing:
			return types.Bool(less), true
		}
		return types.False, left == rankNull
	}
}

// sum returns the other argument if one is missing.
func sum(args []argument) (ref.Val, bool) {
	for i, a := range args {
		if other := args[1-i].value; a.rank == rankMissing && other != nil {
			return other, true
		}
	}
	return nil, false
}
