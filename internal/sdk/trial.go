package sdk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Difference is a trial call that the SDK in use answered otherwise than the
// tested version does.
type Difference struct {
	// Call names the trial call.
	Call string
	// Want and Got are the answers: the status, the reported step or output, and
	// the steps that this package observed.
	Want, Got string
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: expected %q, came %q", d.Call, d.Want, d.Got)
}

// Trial makes a few calls to the SDK in memory, the first time in a process,
// and returns the differences from the tested version, none for that version.
// While there are any, Restore checks each call.
func Trial() []Difference { return trial() }

var trial = sync.OnceValue(func() []Difference {
	found := compare(probes)
	differs.Store(len(found) > 0)
	return found
})

func compare(all []probe) (found []Difference) {
	for _, p := range all {
		if got := p.try(); got != p.want {
			found = append(found, Difference{p.call, p.want, got})
		}
	}
	return found
}

// probe is a call with a known answer.
type probe struct {
	call   string
	run    func(ctx context.Context) (any, error)
	target string
	steps  map[string]json.RawMessage
	want   string
}

var probes = []probe{
	{
		call: "a new step",
		run:  func(ctx context.Context) (any, error) { return step.Run(ctx, "a", ran) },
		want: `206 StepRun a "ran"; function; started 1, ended 1, new code`,
	},
	{
		call: "a stored step",
		run: func(ctx context.Context) (any, error) {
			n, err := step.Run(ctx, "a", func(context.Context) (int, error) { return 0, nil })
			return n + 1, err
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"data":41}`)},
		want:  `200 42; function; started 0, ended 1, new code`,
	},
	{
		call: "a stored error",
		run: func(ctx context.Context) (any, error) {
			_, err := step.Run(ctx, "a", ran)
			return err != nil && strings.Contains(err.Error(), "stored"), nil
		},
		steps: map[string]json.RawMessage{wire.HashStepID("a", 0): json.RawMessage(`{"error":{"name":"E","message":"stored","data":null}}`)},
		want:  `200 true; function; started 0, ended 1, new code`,
	},
	{
		call: "a step in a branch",
		run: func(ctx context.Context) (any, error) {
			return group.Parallel(ctx, func(ctx context.Context) (any, error) { return step.Run(ctx, "a", ran) }), nil
		},
		want: `206 StepPlanned a; branch; started 0, ended 0, new code`,
	},
	{
		call: "a targeted step",
		run: func(ctx context.Context) (any, error) {
			return group.Parallel(ctx,
				func(ctx context.Context) (any, error) { return step.Run(ctx, "a", ran) },
				func(ctx context.Context) (any, error) { return step.Run(ctx, "b", ran) }), nil
		},
		target: wire.HashStepID("b", 0),
		want:   `206 StepRun b "ran"; branch, branch; started 1, ended 1, new code`,
	},
	{
		call: "a recovered interruption",
		run: func(ctx context.Context) (_ any, err error) {
			defer func() {
				if v := recover(); !IsInterruption(v) || ctx.Err() == nil {
					err = fmt.Errorf("left by %T", v)
					return
				}
				Interrupt()
			}()
			return step.Run(ctx, "a", ran)
		},
		want: `206 StepRun a "ran"; function; started 1, ended 1, new code`,
	},
	{
		call: "a send in a step",
		run: func(ctx context.Context) (any, error) {
			return step.Send(ctx, "a", inngestgo.Event{Name: "sent"})
		},
		want: `206 StepRun a "id of sent"; function; started 1, ended 1, new code`,
	},
}

func ran(context.Context) (string, error) { return "ran", nil }

// try makes the call and describes the answer.
func (p probe) try() (answer string) {
	defer func() {
		if v := recover(); v != nil {
			answer = fmt.Sprintf("a panic with %T", v)
		}
	}()
	w := &witness{}
	client := Client{AppID: "trial", Logger: slog.New(slog.DiscardHandler)}
	handler, err := client.Serve(Function{
		Opts: inngestgo.FunctionOpts{ID: "fn"}, Trigger: inngestgo.EventTrigger("trial", nil),
		Run: func(ctx context.Context, _ inngestgo.Input[Data]) (any, error) {
			if _, err := Restore(ctx, p.steps); err != nil {
				return nil, err
			}
			return p.run(Watch(ctx, w))
		},
	})
	if err != nil {
		return "the error " + err.Error()
	}
	rec := &Recorder{}
	req := Request{
		FunctionID: "trial-fn", Target: cmp.Or(p.target, wire.StepAny), Steps: p.steps,
		Ctx: json.RawMessage(`{"fn_id":"00000000-0000-0000-0000-000000000000","run_id":"trial"}`),
	}
	req.ServeTo(WithCall(context.Background(), w), rec, handler)
	return fmt.Sprintf("%d %s; %s", cmp.Or(rec.Status, http.StatusOK), described(rec), w)
}

// described names the steps that an answer reports, or quotes the answer.
func described(rec *Recorder) string {
	var ops []wire.Op
	if rec.Status != http.StatusPartialContent || json.Unmarshal(rec.Body.Bytes(), &ops) != nil {
		return strings.TrimSpace(rec.Body.String())
	}
	all := make([]string, len(ops))
	for i, op := range ops {
		all[i] = op.Op + " " + op.Name
		if data := string(op.Data); data != "" && data != "null" {
			all[i] += " " + data
		}
	}
	return strings.Join(all, ", ")
}

// witness records the observations of a call.
type witness struct {
	mu             sync.Mutex
	footing        Footing
	places         []string
	started, ended int
	newCode        bool
}

func (w *witness) StepMet() {
	place := w.footing.Place(false)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.places = append(w.places, place.String())
}

func (w *witness) StepStarts()     { w.started++ }
func (w *witness) CodeEnded(error) { w.ended++ }
func (w *witness) ReplayOver()     { w.newCode = true }

func (w *witness) Send(_ context.Context, events []any) ([]string, error) {
	ids := make([]string, len(events))
	for i, ev := range events {
		e, ok := Open(ev)
		if !ok {
			return nil, errors.New("the event is not one of the SDK's")
		}
		ids[i] = "id of " + e.Name
	}
	return ids, nil
}

func (w *witness) String() string {
	s := fmt.Sprintf("%s; started %d, ended %d", strings.Join(w.places, ", "), w.started, w.ended)
	if w.newCode {
		s += ", new code"
	}
	return s
}
