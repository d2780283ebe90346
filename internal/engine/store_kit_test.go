package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// shelf is a store in memory.
type shelf struct {
	mu      sync.Mutex
	records map[string][]byte
	broken  error // the error of every commit; nil if commits succeed
}

func newShelf() *shelf { return &shelf{records: map[string][]byte{}} }

func (s *shelf) Load(f func(key string, value []byte) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, key := range slices.Sorted(maps.Keys(s.records)) {
		value := bytes.Clone(s.records[key])
		err = errors.Join(err, f(key, value))
		clear(value) // f must not retain it
	}
	return err
}

func (s *shelf) Commit(writes []engine.Write) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	for _, w := range writes {
		if w.Value != nil {
			s.records[w.Key] = bytes.Clone(w.Value)
			continue
		}
		maps.DeleteFunc(s.records, func(key string, _ []byte) bool {
			return key == w.Key || strings.HasPrefix(key, w.Key+"/")
		})
	}
	return nil
}

func (s *shelf) has(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records[key] != nil
}

func (s *shelf) breakWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

// state is the whole state of an engine that its methods show.
type state struct {
	Apps   []engine.App
	Events []engine.Event
	Runs   []engine.Run
}

func stateOf(t testing.TB, e *engine.Engine) state {
	t.Helper()
	s := state{Apps: e.Apps(), Events: e.Events(engine.EventQuery{Limit: 1 << 20, Internal: true}).Events}
	for _, r := range e.Runs(engine.RunQuery{Limit: 1 << 20}).Runs {
		s.Runs = append(s.Runs, must(e.Run(r.ID)))
	}
	return s
}

// asJSON encodes a state. Its results may have megabytes, for which cmp is too slow.
func asJSON(t testing.TB, s state) string {
	t.Helper()
	raw, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// sameAfterRestart fails the test unless another engine, restored from this one's
// store, shows the same state. Every test with a kit ends with it.
func (k *kit) sameAfterRestart() {
	k.Helper()
	before := stateOf(k, k.Engine)
	if err := k.Close(); err != nil {
		return // the test broke the store on purpose
	}
	e, err := engine.New(k.cfg) // it makes no calls before the app syncs
	if err != nil {
		k.Error(err)
		return
	}
	defer e.Close()
	if want, got := asJSON(k, before), asJSON(k, stateOf(k, e)); want != got {
		k.Errorf("after a restart (-before +after):\n%s", cmp.Diff(want, got))
	}
}

// restart stops the engine as a crash would, and continues with another one, restored
// from the store. The app syncs again.
func (k *kit) restart() {
	k.Helper()
	if err := k.Close(); err != nil {
		k.Fatal(err)
	}
	e, err := engine.New(k.cfg)
	if err != nil {
		k.Fatal(err)
	}
	k.Engine = e
	k.Cleanup(func() { e.Close() })
	k.sync()
}

// restarted is a kit with one function, and counts the runs of its steps.
type restarted struct {
	*kit
	ran map[string]int
}

func newRestarted(t testing.TB, opts inngestgo.FunctionOpts, trigger inngestgo.Trigger, f func(ctx context.Context, in input, r *restarted) (any, error)) *restarted {
	t.Helper()
	r := &restarted{kit: newKit(t), ran: map[string]int{}}
	opts.ID = "fn"
	r.add(opts, trigger, func(ctx context.Context, in input) (any, error) { return f(ctx, in, r) })
	r.sync()
	return r
}

var onGo = inngestgo.EventTrigger("go", nil)

// step is a step that counts how often it runs.
func (r *restarted) step(ctx context.Context, id string) (string, error) {
	return step.Run(ctx, id, func(context.Context) (string, error) {
		r.ran[id]++
		return id, nil
	})
}

// ended moves the clock by d and restarts the engine on the way. It fails the
// test unless the run then ends with this output, and not before.
func (r *restarted) ended(run string, d time.Duration, output string) {
	r.Helper()
	r.rest()
	r.clock.Advance(d / 2)
	r.rest()
	r.restart()
	r.rest()
	r.clock.Advance(d - d/2 - time.Millisecond)
	r.rest()
	if s := must(r.Run(run)).Status; s.Final() {
		r.Fatalf("the run was %s too early", s)
	}
	r.clock.Advance(time.Millisecond)
	r.rest()
	want(r, must(r.Run(run)), output)
}

func (r *restarted) wantRan(steps map[string]int) {
	r.Helper()
	if got, want := fmt.Sprint(r.ran), fmt.Sprint(steps); got != want {
		r.Errorf("steps ran %s, want %s", got, want)
	}
}
