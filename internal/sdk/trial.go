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
	return fmt.Sprintf("%s: expected %q, got %q", d.Call, d.Want, d.Got)
}

// Trial makes a few calls to the SDK in memory, the first time in a process,
// and returns the differences from the tested version, none for that version.
// While there are any, Restore checks each call.
func Trial() []Difference { return trial() }

var trial = sync.OnceValue(func() []Difference {
	found := append(compare(probes), compareConfig()...)
	differs.Store(len(found) > 0)
	return found
})

// compareConfig compares the configuration that the SDK registers for a
// function.
func compareConfig() []Difference {
	const want = `"trial-fn" [{"event":"trial"}]`
	config, err := Client{AppID: "trial"}.Config(Function{
		Opts: inngestgo.FunctionOpts{ID: "fn"}, Trigger: inngestgo.EventTrigger("trial", nil),
		Run: func(context.Context, inngestgo.Input[Data]) (any, error) { return nil, nil },
	})
	got := fmt.Sprintf("%s %s", config["id"], config["triggers"])
	if err != nil {
		got = err.Error()
	}
	if got == want {
		return nil
	}
	return []Difference{{"a function's configuration", want, got}}
}

func compare(all []probe) (found []Difference) {
	for _, p := range all {
		if got := p.try(); got != p.want {
			found = append(found, Difference{p.call, p.want, got})
		}
	}
	return found
}

// try makes the call and describes the answer.
func (p probe) try() (answer string) {
	defer func() {
		if v := recover(); v != nil {
			answer = fmt.Sprintf("a panic with %T", v)
		}
	}()
	w := &witness{}
	client := Client{AppID: "trial", Logger: slog.New(slog.DiscardHandler), HTTPClient: &http.Client{Transport: refusing{}}}
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

// refusing answers requests of the SDK, which should make none, so that it does
// not try them again.
type refusing struct{}

func (refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusBadRequest, Body: http.NoBody, Request: r}, nil
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
