package inngestkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"
)

// program is the generated code of a function: its steps, in order, and its end.
type program struct {
	acts []act
	end  string // of endings
}

// act is one step, or several at once.
type act struct {
	kind     string // of actKinds
	id       string
	parallel []act
}

var (
	actKinds = []string{"value", "object", "fails", "no retry", "sleep", "wait", "invoke", "parallel"}
	endings  = []string{"saw", "saw", "saw", "nothing", "error", "no retry", "retry at", "panic"}
)

// programs holds the code of each run by its id, for one handler to run.
var programs sync.Map

// interpret runs the program of its run and returns all that it saw.
func interpret[T any](ctx context.Context, in inngestgo.Input[T]) (any, error) {
	code, _ := programs.Load(in.InputCtx.RunID)
	p := code.(program)
	saw := []any{in.Event, in.Events, in.InputCtx}
	for _, a := range p.acts {
		got, err := a.perform(ctx)
		saw = append(saw, got)
		if err != nil {
			return nil, fmt.Errorf("after %d results: %w", len(saw), err)
		}
	}
	switch p.end {
	case "nothing":
		return nil, nil
	case "error":
		return saw, errors.New("it went wrong")
	case "no retry":
		return nil, inngestgo.NoRetryError(errors.New("it never works"))
	case "retry at":
		return nil, inngestgo.RetryAtError(errors.New("later"), time.Unix(1900000000, 0))
	case "panic":
		panic("ouch")
	}
	return saw, nil
}

func (a act) perform(ctx context.Context) (any, error) {
	switch a.kind {
	case "object":
		return step.Run(ctx, a.id, func(context.Context) (map[string]any, error) { return map[string]any{"of": a.id, "n": 1}, nil })
	case "fails":
		return step.Run(ctx, a.id, func(context.Context) (string, error) { return "", errors.New("no " + a.id) })
	case "no retry":
		return step.Run(ctx, a.id, func(context.Context) (any, error) {
			return nil, inngestgo.NoRetryError(errors.New("never " + a.id))
		})
	case "sleep":
		step.Sleep(ctx, a.id, time.Minute)
		return nil, nil
	case "wait":
		ev, err := step.WaitForEvent[map[string]any](ctx, a.id, step.WaitForEventOpts{Event: "test/other", Timeout: time.Hour})
		if errors.Is(err, step.ErrEventNotReceived) {
			return "no event", nil
		}
		return ev, err
	case "invoke":
		return step.Invoke[map[string]any](ctx, a.id, step.InvokeOpts{FunctionId: "shop-other", Data: map[string]any{"by": a.id}})
	case "parallel":
		branches := make([]func(context.Context) (any, error), len(a.parallel))
		for i, b := range a.parallel {
			branches[i] = b.perform
		}
		results := group.Parallel(ctx, branches...)
		return len(results), results.AnyError()
	}
	return step.Run(ctx, a.id, func(context.Context) (any, error) { return "result of " + a.id, nil })
}

// generator makes calls of every shape from one seed.
type generator struct{ *rand.Rand }

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

func (g generator) program() program {
	p := program{end: pick(g, endings)}
	for i := range g.IntN(5) {
		p.acts = append(p.acts, g.act(i, actKinds))
	}
	return p
}

func (g generator) act(i int, kinds []string) act {
	a := act{kind: pick(g, kinds), id: fmt.Sprintf("step %d é<&>", i)}
	if a.kind == "parallel" {
		for j := range 1 + g.IntN(3) {
			a.parallel = append(a.parallel, g.act(10*(i+1)+j, actKinds[:4]))
		}
	}
	return a
}

// stored returns a server's record of a finished step, in the shape of the kind
// of step.
func (a act) stored(g generator) string {
	failed := fmt.Sprintf(`{"error":{"name":"E","message":"gone","data":%s}}`, pick(g, []string{`null`, `""`, `{}`}))
	switch {
	case a.kind == "sleep":
		return "null"
	case a.kind == "wait" && g.chance(50):
		return "null"
	case a.kind == "wait":
		return g.event("test/other")
	case a.kind == "invoke" && g.chance(20), a.kind == "fails", a.kind == "no retry":
		return failed
	case a.kind == "value" && g.chance(50):
		return `{"data":` + g.value(2) + `}`
	}
	return `{"data":` + g.object(2) + `}`
}

// call is a call of a run with that program: some of its first steps are
// stored, and one that is not may be targeted.
func (g generator) call(run string, p program) callOf {
	c := callOf{steps: map[string]string{}, ctx: map[string]any{"run_id": run, "attempt": g.IntN(3)}}
	if g.chance(30) {
		c.ctx["max_attempts"] = 1 + g.IntN(3)
	}
	c.ctx["disable_immediate_execution"] = g.chance(20)
	stored := g.IntN(len(p.acts) + 1)
	for _, a := range p.acts[:stored] {
		for _, b := range append(a.parallel, a) {
			c.steps[b.id] = b.stored(g)
		}
	}
	if stored < len(p.acts) && g.chance(40) {
		next := p.acts[stored]
		if next.kind == "parallel" {
			next = pick(g, next.parallel)
		}
		c.target = next.id
	}
	c.event = g.event("test/started")
	c.events = []string{c.event}
	for range g.IntN(4) {
		c.events = append(c.events, g.event("test/started"))
	}
	return c
}

func (g generator) event(name string) string {
	fields := []string{`"name":"` + name + `"`, `"data":` + g.object(3)}
	for _, field := range []string{`"id":"01EVENT"`, `"ts":1700000000000`, `"v":"2"`, `"user":` + g.object(1), `"unknown":` + g.value(1)} {
		if g.chance(50) {
			fields = append(fields, field)
		}
	}
	g.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return "{" + strings.Join(fields, ",") + "}"
}

// object has fields that fit a differentialData, and others.
func (g generator) object(depth int) string {
	fields := []string{}
	for _, field := range []string{
		`"text":` + g.text(), `"` + pick(g, []string{"number", "NUMBER"}) + `":` + fmt.Sprint(g.IntN(1<<53)), `"ratio":` + fmt.Sprint(g.NormFloat64()*1e6),
		`"on":true`, `"list":["a",` + g.text() + `]`, `"any":` + g.value(depth-1), g.text() + `:` + g.value(depth-1),
	} {
		if g.chance(40) {
			fields = append(fields, field)
		}
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func (g generator) value(depth int) string {
	switch n := g.IntN(8); {
	case n < 2 && depth > 0:
		return g.object(depth - 1)
	case n == 2 && depth > 0:
		return "[" + g.value(depth-1) + " , " + g.value(depth-1) + "]"
	case n == 3:
		return fmt.Sprint(g.IntN(1<<53) - 1<<52)
	case n == 4:
		return pick(g, []string{"null", "true", "false", "0", "-0", "1e3", "1.50", "{}", "[]"})
	}
	return g.text()
}

func (g generator) text() string {
	raw, _ := json.Marshal(pick(g, []string{"", "plain", "tab\tand \"quotes\"", "é漢字 🎉", "<script>&amp;", "\u2028", strings.Repeat("long ", 50)}))
	if g.chance(20) {
		return `"\u0041\ud83d\ude00\/"`
	}
	return string(raw)
}
