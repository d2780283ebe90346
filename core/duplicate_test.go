package inngestkit_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// twice delivers each call twice, at once.
func twice(t *testing.T, deliveries *atomic.Int64) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || r.Method != http.MethodPost {
				h.ServeHTTP(w, r)
				return
			}
			var answers [2]*httptest.ResponseRecorder
			var wg sync.WaitGroup
			for i := range answers {
				answers[i] = httptest.NewRecorder()
				wg.Go(func() {
					again := r.Clone(r.Context())
					again.Body = io.NopCloser(bytes.NewReader(body))
					h.ServeHTTP(answers[i], again)
				})
			}
			wg.Wait()
			deliveries.Add(2)
			if first, second := untimed(answers[0]), untimed(answers[1]); first != second {
				t.Errorf("one call was answered %s and %s", first, second)
			}
			maps.Copy(w.Header(), answers[0].Header())
			w.WriteHeader(answers[0].Code)
			_, _ = answers[0].Body.WriteTo(w)
		})
	}
}

// untimed is an answer without how long its step took: the second delivery may
// come when the first has been answered, and is then run again.
func untimed(w *httptest.ResponseRecorder) string {
	return fmt.Sprint(w.Code, timing.ReplaceAllString(w.Body.String(), ""))
}

var timing = regexp.MustCompile(`"timing":\{[^}]*\}`)

func TestCallsDeliveredTwiceAtOnce(t *testing.T) {
	t.Parallel()
	var deliveries, ran atomic.Int64
	count := func(id string) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) {
			return step.Run(ctx, id, func(context.Context) (string, error) { ran.Add(1); return id, nil })
		}
	}
	storyOf{outer: twice(t, &deliveries)}.start(t, onOrder("twice", func(ctx context.Context, _ inngestgo.Input[orderData]) (any, error) {
		if _, err := count("first")(ctx); err != nil {
			return nil, err
		}
		group.Parallel(ctx, count("left"), count("right"))
		return count("last")(ctx)
	})).plays(orderCreated.New(anOrder), "Completed", `"last"`)
	if r, d := ran.Load(), deliveries.Load(); r > d || r < 4 {
		t.Errorf("%d executions in %d deliveries", r, d)
	}
}

func TestDuplicateWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	var ran atomic.Int64
	begun, finish := make(chan struct{}, 2), make(chan struct{})
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		return step.Run(ctx, "a", func(context.Context) (int64, error) {
			begun <- struct{}{}
			<-finish
			return ran.Add(1), nil
		})
	}))
	answers := make(chan *httptest.ResponseRecorder, 2)
	deliver := func(ctx context.Context, c callOf) { answers <- h.serve(c.request(ctx)) }
	go deliver(t.Context(), callOf{})
	<-begun

	deliver(ended(t), callOf{}) // whose caller does not wait
	wantFailure(t, <-answers, http.StatusInternalServerError, "CallInterrupted", true)

	go deliver(t.Context(), callOf{ctx: map[string]any{"qi_id": "another"}}) // with other bytes, no duplicate
	<-begun
	close(finish)
	if first, second := untimed(<-answers), untimed(<-answers); first == second || ran.Load() != 2 {
		t.Errorf("two calls executed %d steps: %s, %s", ran.Load(), first, second)
	}
}

// A duplicate takes over when the first delivery's caller is gone.
func TestDuplicateOutlivesTheFirst(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{}, 2)
	var ran atomic.Int64
	h := newHook(t, inngestkit.Config{}, fn(func(ctx context.Context, _ input) (any, error) {
		if ran.Add(1) == 1 {
			begun <- struct{}{}
			<-ctx.Done()
		}
		return "done", nil
	}))
	gone, leave := context.WithCancel(t.Context())
	first, second := make(chan *httptest.ResponseRecorder, 1), make(chan *httptest.ResponseRecorder, 1)
	go func() { first <- h.serve(callOf{}.request(gone)) }()
	<-begun
	go func() { second <- h.serve(callOf{}.request(t.Context())) }()
	leave()
	wantFailure(t, <-first, http.StatusInternalServerError, "CallInterrupted", true)
	wantOutput(t, <-second, `"done"`)
}
