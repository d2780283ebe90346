package engine

import (
	"fmt"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// singleton allows one active run of a function for each value of its key. It
// does not limit events without a value.
type singleton struct {
	key    expr.Expression
	cancel bool // a new run cancels the active one; otherwise the new run is skipped
}

func (e *Engine) readSingleton(c wire.FlowControl, f *flow) error {
	if c.Singleton == nil {
		return nil
	}
	if m := c.Singleton.Mode; m != wire.SingletonSkip && m != wire.SingletonCancel {
		return fmt.Errorf("singleton.mode must be %s or %s, not %q", wire.SingletonSkip, wire.SingletonCancel, m)
	}
	key, err := e.key("singleton.key", c.Singleton.Key)
	f.singleton = &singleton{key: key, cancel: c.Singleton.Mode == wire.SingletonCancel}
	return err
}

// makeRoom prepares the start of a run. It returns the run's place among the
// singletons, which is empty if the run needs none. If another run holds the
// place, makeRoom cancels that run, or returns false if the mode is to skip the
// new one.
func (e *Engine) makeRoom(fn *function, ev *event) (place string, ok bool) {
	s := fn.flow.singleton
	if s == nil {
		return "", true
	}
	value, set := s.key.Key(ev)
	if !s.key.IsEmpty() && !set {
		return "", true
	}
	place = fn.id + "\x00" + value
	held := e.singles[place]
	if held != nil && !s.cancel {
		return place, false
	}
	if held != nil {
		e.abort(held)
	}
	return place, true
}
