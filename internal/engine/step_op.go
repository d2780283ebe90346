package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// op is a reported step with its decoded options.
type op struct {
	wire.Op
	race    bool // opts.parallelMode is race
	sleep   *sleepOpts
	wait    *waitOpts
	signal  *signalOpts
	invoke  *invokeOpts
	request *request
	bad     string // the mistake in an invalid op, with which the run fails
}

// decodeOps reads the body of a 206. It returns an error if the body is not an
// array of ops. A mistake in one op is in op.bad. Ops that are not steps are left
// out.
func (e *Engine) decodeOps(body []byte) ([]op, error) {
	var raws []wire.Op
	if err := json.Unmarshal(body, &raws); err != nil {
		return nil, err
	}
	raws = slices.DeleteFunc(raws, func(o wire.Op) bool { return o.Op == wire.OpNone || o.Op == wire.OpDiscoveryRequest })
	ops := make([]op, len(raws))
	for i := range raws {
		ops[i] = op{Op: raws[i]}
		if strings.EqualFold(ops[i].Op.Op, wire.OpAIGateway) { // as the specification spells it, and SDKs
			ops[i].Op.Op = wire.OpAIGateway
		}
		if err := e.decodeOp(&ops[i]); err != nil {
			ops[i].bad = err.Error()
		}
	}
	return ops, nil
}

func (e *Engine) decodeOp(o *op) (err error) {
	if o.ID == "" {
		return fmt.Errorf("a step of type %q was reported without an id", o.Op.Op)
	}
	var common struct {
		ParallelMode string `json:"parallelMode"`
	}
	if len(o.Opts) > 0 {
		// An op with options of another shape reads them below.
		_ = json.Unmarshal(o.Opts, &common)
	}
	o.race = strings.EqualFold(common.ParallelMode, "race") // the Go SDK sends "Race"
	switch o.Op.Op {
	case wire.OpStep, wire.OpStepRun, wire.OpStepError, wire.OpStepFailed, wire.OpRunComplete:
		if len(o.Data) > wire.MaxStepBytes {
			return fmt.Errorf("the output of step %q is larger than %d MiB", o.label(), maxStepMiB)
		}
	case wire.OpStepPlanned:
	case wire.OpSleep:
		o.sleep, err = decodeSleep(o)
	case wire.OpWaitForEvent:
		o.wait, err = e.decodeWait(o)
	case wire.OpInvokeFunction:
		o.invoke, err = decodeInvoke(o)
	case wire.OpGateway:
		o.request, err = decodeFetch(o)
	case wire.OpAIGateway:
		o.request, err = decodeInfer(o)
	case wire.OpWaitForSignal:
		o.signal, err = decodeSignal(o)
	default:
		return fmt.Errorf("step %q is of the unknown type %q", o.label(), o.Op.Op)
	}
	return err
}

// label returns the step's name for people. A name takes precedence over an id:
// the Go SDK sends a wait's id as its name.
func (o *op) label() string {
	switch {
	case o.DisplayName != nil && *o.DisplayName != "":
		return *o.DisplayName
	case o.Name != "":
		return o.Name
	case o.Userland != nil && o.Userland.ID != "":
		return o.Userland.ID
	}
	return o.ID
}
