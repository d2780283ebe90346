package inngesttest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// storedStep is a finished step with which a test starts a run.
type storedStep struct {
	engine.StoredStep

	site *site
	id   string // hashed
	met  bool   // a call of its run has reached it
}

func (s *storedStep) String() string { return fmt.Sprintf("Stored(%q) at %s", s.Name, s.site) }

// Stored adds a finished step, with its output, to the state with which the run
// starts. If it is called again with the same id, it adds the next use of the id.
// A run that completes without reaching the step fails the test.
func (f Function) Stored(step string, output any) Function {
	f.env.t.Helper()
	raw, err := json.Marshal(map[string]any{"data": output})
	if err != nil {
		f.env.t.Fatalf("inngesttest: the stored output of %q cannot be encoded as JSON: %v", step, err)
	}
	return f.store(step, raw, caller())
}

// StoredError is like [Function.Stored], for a step whose last attempt has failed.
func (f Function) StoredError(step string, failed error) Function {
	raw, _ := json.Marshal(map[string]any{"error": stepError(failed)}) // strings always marshal
	return f.store(step, raw, caller())
}

func (f Function) store(step string, output json.RawMessage, at *site) Function {
	index := 0
	for _, s := range f.stored {
		if s.Name == step {
			index++
		}
	}
	f.stored = append(slices.Clip(f.stored), storedStep{StoredStep: engine.StoredStep{Name: step, Index: index, Result: output}, site: at})
	return f
}

// storing returns the stored steps in the engine's form. The next run that begins
// remembers their lines.
func (f Function) storing() []engine.StoredStep {
	steps := make([]engine.StoredStep, len(f.stored))
	for i, s := range f.stored {
		steps[i] = s.StoredStep
	}
	f.env.mu.Lock()
	defer f.env.mu.Unlock()
	f.env.storing = f.stored
	return steps
}

// keepStored notes the stored steps of a run that begins. The caller holds the Env's
// lock.
func (r *Run) keepStored(steps []storedStep) {
	for _, s := range steps {
		s.id = wire.HashStepID(s.Name, s.Index)
		r.stored = append(r.stored, &s)
	}
}

// storedBy returns the stored step with a hashed id, or nil.
func (r *Run) storedBy(id string) *storedStep {
	i := slices.IndexFunc(r.stored, func(s *storedStep) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return r.stored[i]
}

// missed notes which stored steps a call has reached: all but those with the ids.
func (r *Run) missed(ids []string) {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	for _, s := range r.stored {
		s.met = s.met || !slices.Contains(ids, s.id)
	}
}

// checkStored looks for stored steps that their runs completed without reaching.
func (e *Env) checkStored() {
	for _, r := range e.Runs() {
		if len(r.stored) > 0 && r.view().Status == Completed {
			r.checkStored()
		}
	}
}

// checkStored looks for stored steps that the run, which is over, has not reached.
func (r *Run) checkStored() {
	if r.trail.broken {
		return
	}
	for _, s := range r.stored {
		if !s.met {
			r.env.problemf("%s: %s never reached that step\n\tfix the id, or leave the step out", s, r.Function())
		}
	}
}
