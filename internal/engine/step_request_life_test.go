package engine_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
)

func TestRestartRequesting(t *testing.T) {
	t.Parallel()
	a := newAsking(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n < 3 {
			panic(http.ErrAbortHandler)
		}
	}, func(ctx context.Context, url string) (any, error) {
		_, err := fetch(ctx, step.FetchOpts{URL: url, Headers: map[string]string{"Authorization": "Bearer sk-secret"}})
		return failing(err)
	})
	run := a.runsOf(a.send("go", `{}`))[0]
	a.rest()
	a.wantNoneOf(must(a.Run(run)), "sk-secret")
	a.restart()
	a.rest()
	a.wantAsked("POST / ")
	if w := must(a.Run(run)).Waiting; w == nil || !w.Awaits.Until.Equal(start.Add(10*time.Second)) {
		t.Errorf("after the restart the run waits for %+v", w)
	}
	r := a.end(run)
	a.wantAsked("POST / ", "POST / ")
	if s := r.Steps[0]; r.Status != engine.StatusCompleted || s.Attempts != 2 || !r.Ended.Equal(start.Add(10*time.Second)) {
		t.Errorf("the run is %s at %s with %+v", r.Status, r.Ended, s)
	}
}

// TestRestartRequestingBesideASleep checks that a sleep beside a request continues, and
// that neither delays the function.
func TestRestartRequestingBesideASleep(t *testing.T) {
	t.Parallel()
	a := newAsking(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "late")
	}, func(ctx context.Context, url string) (any, error) {
		results := group.Parallel(ctx, func(ctx context.Context) (any, error) {
			res, err := fetch(ctx, step.FetchOpts{URL: url})
			return res.Body, err
		}, func(ctx context.Context) (any, error) {
			step.Sleep(ctx, "nap", time.Hour)
			return "slept", nil
		})
		return []any{results[0].Value, results[1].Value}, nil
	})
	run := a.runsOf(a.send("go", `{}`))[0]
	a.rest()
	a.restart()
	r := a.end(run)
	want(t, r, `["late","slept"]`)
	if !r.Steps[0].Ended.Equal(start.Add(10*time.Second)) || !r.Ended.Equal(start.Add(time.Hour)) {
		t.Errorf("the request ended at %s and the run at %s", r.Steps[0].Ended, r.Ended)
	}
}

// holding starts a run that makes a request. The target answers when the test closes
// answer, or when the engine gives the request up.
func holding(t testing.TB) (a *asking, run string, answer chan struct{}) {
	t.Helper()
	asked, answer := make(chan struct{}), make(chan struct{})
	a = newAsking(t, func(_ int, _ http.ResponseWriter, r *http.Request) {
		close(asked)
		select {
		case <-answer:
		case <-r.Context().Done():
		}
	}, func(ctx context.Context, url string) (any, error) { return fetch(ctx, step.FetchOpts{URL: url}) })
	run = a.runsOf(a.send("go", `{}`))[0]
	<-asked
	return a, run, answer
}

func TestCloseEndsRequests(t *testing.T) {
	t.Parallel()
	a, run, _ := holding(t)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if s := must(a.Run(run)).Steps[0]; len(s.Failures) > 0 || !s.Ended.IsZero() {
		t.Errorf("the step that was under way is %+v", s)
	}
}

func TestShutdownWaitsForRequests(t *testing.T) {
	t.Parallel()
	a, _, answer := holding(t)
	stopped := make(chan error)
	go func() { stopped <- a.Shutdown(context.Background()) }()
	if err := a.Idle(t.Context()); !errors.Is(err, engine.ErrClosed) { // Shutdown has begun
		t.Fatalf("the engine rests while a request is under way: %v", err)
	}
	select {
	case err := <-stopped:
		t.Fatalf("Shutdown returned %v before the answer", err)
	default:
	}
	close(answer)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

func TestCancelWhileRequesting(t *testing.T) {
	t.Parallel()
	a, run, answer := holding(t)
	if err := a.Cancel(run); err != nil {
		t.Fatal(err)
	}
	close(answer)
	a.rest()
	if r := must(a.Run(run)); r.Status != engine.StatusCancelled || r.Steps[0].Result != nil {
		t.Errorf("the run is %s with %+v", r.Status, r.Steps[0])
	}
}
