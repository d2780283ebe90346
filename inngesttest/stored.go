package inngesttest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// storedStep is a finished step that a test gives to a run.
type storedStep struct {
	engine.StoredStep

	site *site
	id   string // hashed
	met  bool   // by a call of its run
}

func (s *storedStep) String() string { return fmt.Sprintf("Stored(%q) at %s", s.Name, s.site) }

// Stored gives the run a finished step and its output: the n-th of an id for
// the n-th time that it is named.
func (f Function) Stored(step string, output any) Function {
	f.env.t.Helper()
	raw, err := json.Marshal(map[string]any{"data": output})
	if err != nil {
		f.env.t.Fatalf("inngesttest: the stored output of %q cannot be written as JSON: %v", step, err)
	}
	return f.store(step, raw, caller())
}

// StoredError gives the run a step that has failed for good.
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

// storing are the steps as the engine takes them. The run that begins next
// remembers where they were written.
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

// keepStored notes which steps a run that begins is given. The caller holds the
// Env's lock.
func (r *Run) keepStored(steps []storedStep) {
	for _, s := range steps {
		s.id = wire.HashStepID(s.Name, s.Index)
		r.stored = append(r.stored, &s)
	}
}

// storedBy is the step stored under a hashed id, or nil.
func (r *Run) storedBy(id string) *storedStep {
	i := slices.IndexFunc(r.stored, func(s *storedStep) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return r.stored[i]
}

// missed is told which finished steps a call did not come to.
func (r *Run) missed(ids []string) {
	r.env.mu.Lock()
	defer r.env.mu.Unlock()
	for _, s := range r.stored {
		s.met = s.met || !slices.Contains(ids, s.id)
	}
}

// checkStored looks for stored steps that runs which have completed never came
// to.
func (e *Env) checkStored() {
	for _, r := range e.Runs() {
		if len(r.stored) > 0 && r.view().Status == Completed {
			r.checkStored()
		}
	}
}

// checkStored is that of the Env, for a run that has come as far as it will.
func (r *Run) checkStored() {
	if r.trail.broken {
		return
	}
	for _, s := range r.stored {
		if !s.met {
			r.env.problemf("%s: %s never came to that step\n\tmend the id, or leave it out", s, r.Function())
		}
	}
}
