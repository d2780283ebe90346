package inngesttest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// Order is the order in which steps that are planned side by side run.
type Order struct {
	name   string
	seed   uint64
	seeded bool
}

// The orders. The zero Order is Declared.
var (
	// Declared is the order in which the function lists its branches.
	Declared = Order{}
	// Reverse is the other way round.
	Reverse = Order{name: "reverse"}
	// Random is by chance. The seed is logged; INNGESTTEST_SEED, or Shuffled,
	// repeats it.
	Random = Order{name: "random"}
)

// Shuffled is the random order that a seed stands for.
func Shuffled(seed uint64) Order { return Order{name: "random", seed: seed, seeded: true} }

// String is the order's name.
func (o Order) String() string {
	switch {
	case o.name == "":
		return "declared"
	case o.seeded:
		return fmt.Sprintf("%s-%d", o.name, o.seed)
	}
	return o.name
}

// EachOrder runs a subtest for each order: for what must not depend on it.
func EachOrder(t *testing.T, f func(t *testing.T, o Order)) {
	t.Helper()
	for _, o := range []Order{Declared, Reverse, Random} {
		t.Run(o.String(), func(t *testing.T) { f(t, o) })
	}
}

// startOrder seeds the random order, if that is the one.
func (e *Env) startOrder() {
	e.t.Helper()
	if e.order.name != Random.name {
		return
	}
	seed := e.order.seed
	if set := os.Getenv("INNGESTTEST_SEED"); !e.order.seeded && set != "" {
		var err error
		if seed, err = strconv.ParseUint(set, 10, 64); err != nil {
			e.t.Fatalf("inngesttest: INNGESTTEST_SEED is %q, and a seed is a whole number, such as the log of a test has it", set)
		}
	} else if !e.order.seeded {
		seed = rand.Uint64() //nolint:gosec // nobody gains by guessing it
	}
	e.t.Logf("inngesttest: parallel steps run in random order; to repeat it, set INNGESTTEST_SEED=%d, or write inngesttest.Shuffled(%d)", seed, seed)
	e.chance = rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // it is to be repeated
}

func (e *Env) onOrder(n int) []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	indexes := make([]int, n)
	for i := range indexes {
		indexes[i] = i
	}
	switch e.order.name {
	case Reverse.name:
		slices.Reverse(indexes)
	case Random.name:
		e.chance.Shuffle(n, func(i, j int) { indexes[i], indexes[j] = indexes[j], indexes[i] })
	}
	return indexes
}
