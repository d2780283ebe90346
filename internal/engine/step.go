package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// step is the step's record, which exists since it was reported.
func (p *pending) step() *step { return p.run.step(p.id) }

// pending is a step that has been reported and is not finished.
type pending struct {
	run     *run
	id      string
	op      string
	race    bool
	group   *group
	timer   *item // the end of a sleep or the timeout of a wait
	wait    *wait
	signal  string // that it waits for
	name    string // as its author named it
	index   int    // among the steps of that name
	opts    json.RawMessage
	call    *call    // of a planned step, or one with a request
	request *request // that the engine makes on its behalf
}

// group is the steps that one answer reported. When the last has finished the
// function is called to discover what comes next.
type group struct{ id, left int }

// step is the record of a step for people.
type step struct {
	id, name, op   string
	attempts       int
	started, ended time.Time
	tried          time.Time       // when its latest attempt began
	result         json.RawMessage // as memoised
	err            *wire.StepError // of the latest failed attempt
	failures       []Failure
	waitsFor       *Awaits // nil of one that waits for nothing
	storedHash     uint64  // a hash of what the store has
	stored         bool    // the store has it, and it will not change
}

// noteStep returns the step's record, made at its first report. The latest try
// began at the given time.
func (r *run) noteStep(o *op, began time.Time) *step {
	s := r.step(o.ID)
	if s == nil {
		s = &step{id: o.ID, name: o.label(), started: began}
		r.addStep(s)
	}
	s.tried = began
	if p := r.pending[o.ID]; p == nil || p.request == nil { // one with a request stays what it is
		s.op = o.Op.Op
	}
	return s
}
