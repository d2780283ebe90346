package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/pkg/checkpoint"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// checkpoints gives the kit's app a checkpoint API, before which refuse may answer.
func checkpoints(k *kit, refuse func() int) {
	k.Helper()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := refuse(); status != 0 {
			w.WriteHeader(status)
			return
		}
		var req wire.CheckpointRequest
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			k.Error(err)
		}
		if err := k.Checkpoint(path.Base(path.Dir(r.URL.Path)), req); err != nil {
			k.Error(err)
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	k.Cleanup(api.Close)
	opts := k.client.Options()
	opts.APIBaseURL = &api.URL
	if err := k.client.SetOptions(opts); err != nil {
		k.Fatal(err)
	}
}

// checkpointed adds a function of four steps with a sleep in the middle.
func checkpointed(k *kit, ran *atomic.Int32) {
	k.add(inngestgo.FunctionOpts{ID: "safe", Checkpoint: checkpoint.ConfigSafe}, inngestgo.EventTrigger("go", nil),
		func(ctx context.Context, _ input) (any, error) {
			sum := 0
			for i := range 4 {
				n, err := step.Run(ctx, "s", func(context.Context) (int, error) { return int(ran.Add(1)), nil })
				if err != nil {
					return nil, err
				}
				if sum += n; i == 1 {
					step.Sleep(ctx, "nap", time.Hour)
				}
			}
			return sum, nil
		})
	k.sync()
}

func TestCheckpoint(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	checkpoints(k, func() int { return 0 })
	var ran atomic.Int32
	checkpointed(k, &ran)
	r := k.play(`{}`)
	want(t, r, `10`)
	if r.Calls != 2 || len(r.Steps) != 5 || ran.Load() != 4 {
		t.Errorf("%d calls, %d steps of which %d ran; want 2, 5 and 4", r.Calls, len(r.Steps), ran.Load())
	}
}

// TestCheckpointFails checks that the app reports steps in its answer if it could not
// checkpoint them, and does not run them again.
func TestCheckpointFails(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	n := 0
	checkpoints(k, func() int {
		if n++; n%2 == 1 {
			return http.StatusInternalServerError
		}
		return 0
	})
	var ran atomic.Int32
	checkpointed(k, &ran)
	r := k.play(`{}`)
	if r.Status != engine.StatusCompleted || ran.Load() != 4 {
		t.Errorf("the run is %s and %d steps ran, want Completed and 4", r.Status, ran.Load())
	}
}

func TestCheckpointRefused(t *testing.T) {
	t.Parallel()
	inside := make(chan string)
	k := newRaw(t, func(_ http.ResponseWriter, r *http.Request) {
		var req wire.CallRequest
		_ = json.NewDecoder(r.Body).Decode(&req)
		inside <- req.Ctx.RunID
		<-inside
	})
	k.send("go", `{}`)
	run := <-inside
	step := wire.Op{ID: "a", Op: wire.OpStepRun}
	for name, c := range map[string]struct {
		run    string
		req    wire.CheckpointRequest
		status int
	}{
		"unknown run":    {"nope", wire.CheckpointRequest{}, http.StatusNotFound},
		"other run":      {run, wire.CheckpointRequest{RunID: "nope"}, http.StatusBadRequest},
		"other function": {run, wire.CheckpointRequest{FunctionID: "nope"}, http.StatusBadRequest},
		"async step":     {run, wire.CheckpointRequest{Steps: []wire.Op{step, {ID: "b", Op: wire.OpSleep}}}, http.StatusBadRequest},
		"no id":          {run, wire.CheckpointRequest{Steps: []wire.Op{{Op: wire.OpStepRun}}}, http.StatusBadRequest},
		"bad data":       {run, wire.CheckpointRequest{Steps: []wire.Op{{ID: "a", Op: wire.OpStepRun, Data: []byte("{")}}}, http.StatusBadRequest},
	} {
		var refused *engine.RequestError
		if err := k.Checkpoint(c.run, c.req); !errors.As(err, &refused) || refused.Status != c.status {
			t.Errorf("%s: got %v, want status %d", name, err, c.status)
		}
	}
	if r, _ := k.Run(run); len(r.Steps) != 0 {
		t.Errorf("something of a refused checkpoint was stored: %+v", r.Steps)
	}
	for range 2 { // it is safe to repeat
		if err := k.Checkpoint(run, wire.CheckpointRequest{Steps: []wire.Op{step}}); err != nil {
			t.Error(err)
		}
	}
	inside <- ""
	r := k.end(run)
	want(t, r, `null`)
	if len(r.Steps) != 1 {
		t.Errorf("got %+v", r.Steps)
	}
	var refused *engine.RequestError
	if err := k.Checkpoint(run, wire.CheckpointRequest{}); !errors.As(err, &refused) || refused.Status != http.StatusConflict {
		t.Errorf("after the end: got %v", err)
	}
}

// TestCallAgain checks that an app whose time for a call is up is called again if it
// has checkpointed steps, and is not called forever if it has not.
func TestCallAgain(t *testing.T) {
	t.Parallel()
	for _, op := range []string{wire.OpDiscoveryRequest, wire.OpNone} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			var k *kit
			var known []int
			k = newRaw(t, func(w http.ResponseWriter, r *http.Request) {
				var req wire.CallRequest
				_ = json.NewDecoder(r.Body).Decode(&req)
				known = append(known, len(req.Steps))
				if len(req.Steps) == 2 {
					_, _ = io.WriteString(w, `"done"`)
					return
				}
				step := wire.Op{ID: unique(), Op: wire.OpStepRun}
				if err := k.Checkpoint(req.Ctx.RunID, wire.CheckpointRequest{QueueItemRef: req.Ctx.QueueItemRef, Steps: []wire.Op{step}}); err != nil {
					t.Error(err)
				}
				w.WriteHeader(http.StatusPartialContent)
				_, _ = io.WriteString(w, `[{"id":"","op":"`+op+`"}]`)
			})
			r := k.play(`{}`)
			want(t, r, `"done"`)
			if diff := cmp.Diff([]int{0, 1, 2}, known); diff != "" || len(r.Failures) > 0 {
				t.Errorf("steps that the calls knew (-want +got):\n%s\nfailures: %v", diff, r.Failures)
			}

			k = newRaw(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusPartialContent)
				_, _ = io.WriteString(w, `[{"id":"","op":"`+op+`"}]`)
			})
			wantFailed(t, k.play(`{}`), "NoProgress")
		})
	}
}

// TestCheckpointResetsAttempts checks that a checkpoint is stored before it is answered,
// and resets the attempts of its call, but not those of a later call.
func TestCheckpointResetsAttempts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ref     func(own string) string
		attempt int           // of the call after the one with the checkpoint
		started time.Duration // of the failed attempt, since its call began
	}{
		"of its call":           {func(own string) string { return own }, 1, time.Second},
		"of a call before it":   {func(string) string { return "stale" }, 2, 0},
		"without the reference": {func(string) string { return "" }, 2, 0},
	} {
		var k *kit
		calls := 0
		k = newRaw(t, func(w http.ResponseWriter, r *http.Request) {
			var req wire.CallRequest
			if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
				t.Error(err)
			}
			switch calls++; calls {
			case 1:
				w.WriteHeader(http.StatusInternalServerError)
			case 2:
				k.clock.Advance(time.Second)
				if err := k.Checkpoint(req.Ctx.RunID, wire.CheckpointRequest{
					QueueItemRef: c.ref(req.Ctx.QueueItemRef), Steps: []wire.Op{{ID: "a", Op: wire.OpStepRun, Data: json.RawMessage("1")}},
				}); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if !k.shelf.has("run/" + req.Ctx.RunID + "/memo/000000/a") {
					t.Errorf("%s: the store does not have the checkpointed step", name)
				}
				w.WriteHeader(http.StatusInternalServerError)
			default:
				if req.Ctx.Attempt != c.attempt {
					t.Errorf("%s: the next call has attempt %d, want %d", name, req.Ctx.Attempt, c.attempt)
				}
			}
		})
		r := k.play(`{}`)
		want(t, r, `null`)
		if got := r.Failures[1].Started.Sub(start.Add(engine.DefaultBackoff(1))); got != c.started {
			t.Errorf("%s: the failed attempt started %v after its call, want %v", name, got, c.started)
		}
	}
}
