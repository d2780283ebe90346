package inngesttest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// StepOrder is the order in which an [Env] runs steps that are planned side by
// side, such as the branches of group.Parallel. The zero value is [ListedOrder].
type StepOrder struct {
	kind   orderKind
	seed   uint64
	seeded bool
}

type orderKind string

const (
	listed   orderKind = ""
	reversed orderKind = "reverse"
	random   orderKind = "random"
)

// ListedOrder returns the order in which the function lists its branches. It
// is the default.
func ListedOrder() StepOrder { return StepOrder{} }

// ReverseOrder returns the opposite of [ListedOrder].
func ReverseOrder() StepOrder { return StepOrder{kind: reversed} }

// RandomOrder returns an order that each [Env] draws anew. The test logs the
// seed: INNGESTTEST_SEED in the environment, or [SeededOrder], repeats the order.
func RandomOrder() StepOrder { return StepOrder{kind: random} }

// SeededOrder returns the random order of a seed.
func SeededOrder(seed uint64) StepOrder { return StepOrder{kind: random, seed: seed, seeded: true} }

// String returns the order's name: listed, reverse, random, or random with its
// seed.
func (o StepOrder) String() string {
	switch {
	case o.kind == listed:
		return "listed"
	case o.seeded:
		return fmt.Sprintf("%s-%d", o.kind, o.seed)
	}
	return string(o.kind)
}

// EachStepOrder runs a subtest for each of [ListedOrder], [ReverseOrder] and
// [RandomOrder]. Use it for functions whose outcome must not depend on the order.
func EachStepOrder(t *testing.T, f func(t *testing.T, o StepOrder)) {
	t.Helper()
	for _, o := range []StepOrder{ListedOrder(), ReverseOrder(), RandomOrder()} {
		t.Run(o.String(), func(t *testing.T) { f(t, o) })
	}
}

// startOrder seeds the random order, if the Env has one.
func (e *Env) startOrder() {
	e.t.Helper()
	if e.order.kind != random {
		return
	}
	seed := e.order.seed
	if set := os.Getenv("INNGESTTEST_SEED"); !e.order.seeded && set != "" {
		var err error
		if seed, err = strconv.ParseUint(set, 10, 64); err != nil {
			e.t.Fatalf("inngesttest: INNGESTTEST_SEED is %q, and a seed is a whole number, such as the log of a test shows", set)
		}
	} else if !e.order.seeded {
		seed = rand.Uint64() //nolint:gosec // nobody gains by guessing it
	}
	e.t.Logf("inngesttest: parallel steps run in random order; to repeat it, set INNGESTTEST_SEED=%d, or write inngesttest.SeededOrder(%d)", seed, seed)
	e.chance = rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the order must be repeatable
}

// onOrder is the engine's hook that orders n parallel steps.
func (e *Env) onOrder(n int) []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	indexes := make([]int, n)
	for i := range indexes {
		indexes[i] = i
	}
	switch e.order.kind {
	case listed:
	case reversed:
		slices.Reverse(indexes)
	case random:
		e.chance.Shuffle(n, func(i, j int) { indexes[i], indexes[j] = indexes[j], indexes[i] })
	}
	return indexes
}
