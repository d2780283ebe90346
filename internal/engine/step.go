package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// pending is the open part of a reported step that has not finished.
type pending struct {
	run     *run
	id      string
	op      string
	race    bool
	group   *group
	timer   *item // the end of a sleep or the timeout of a wait
	wait    *wait
	signal  string // the signal that it waits for
	name    string // the name that its author wrote
	index   int    // among the steps of that name
	opts    json.RawMessage
	call    *call    // the call of a planned step, or of a step with a request
	request *request // the HTTP request that the engine makes for the step
}

// group is the set of steps that one answer reported. When all have finished, the
// engine calls the function to discover its next steps. left counts the others.
type group struct{ id, left int }

// step describes a reported step, for readers and for the store.
type step struct {
	id, name, op   string
	attempts       int
	started, ended time.Time
	tried          time.Time       // start of its latest attempt
	result         json.RawMessage // the memo
	err            *wire.StepError // of the latest failed attempt
	failures       []Failure
	waitsFor       *Awaits // nil if it waits for nothing
	storedHash     uint64  // hash of its record in the store
	stored         bool    // its final record is in the store
}

// noteStep returns the step that an op reports, and adds it at its first report.
// The step's latest attempt began at the given time.
func (r *run) noteStep(o *op, began time.Time) *step {
	s := r.step(o.ID)
	if s == nil {
		s = &step{id: o.ID, name: o.label(), started: began}
		r.addStep(s)
	}
	s.tried = began
	if p := r.pending[o.ID]; p == nil || p.request == nil { // a request keeps its op
		s.op = o.Op.Op
	}
	return s
}

// step returns the step that p is the open part of.
func (p *pending) step() *step { return p.run.step(p.id) }
