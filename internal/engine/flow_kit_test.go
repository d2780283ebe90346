package engine_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// held is a kit whose runs stay in their only call until the test releases them.
type held struct {
	*kit
	mu   sync.Mutex
	runs []string // in the order of their start
	gate map[string]chan struct{}
}

func newHeld(t testing.TB) *held {
	t.Helper()
	h := &held{gate: map[string]chan struct{}{}}
	h.kit = newKit(t, func(c *engine.Config) { c.Workers = 100 })
	return h
}

// function adds a function with this id, which the event of the same name starts.
func (h *held) function(id string, opts inngestgo.FunctionOpts) {
	h.Helper()
	opts.ID = id
	h.add(opts, inngestgo.EventTrigger(id, nil), func(ctx context.Context, in input) (any, error) {
		select {
		case <-h.door(in.InputCtx.RunID):
		case <-ctx.Done(): // the test has failed
		}
		return in.Event.Data["n"], nil
	})
}

func (h *held) door(run string) chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gate[run] == nil {
		h.gate[run] = make(chan struct{})
	}
	return h.gate[run]
}

// starts sends an event and notes the runs that it starts.
func (h *held) starts(function, data string) {
	h.Helper()
	h.runs = append(h.runs, h.runsOf(h.send(function, data))...)
}

// ends releases runs, by their numbers, and waits until they have ended.
func (h *held) ends(numbers ...int) {
	h.Helper()
	for _, n := range numbers {
		close(h.door(h.runs[n]))
		if _, err := h.WaitRun(h.Context(), h.runs[n]); err != nil {
			h.Fatal(err)
		}
	}
}

// stand fails the test unless the runs so far have these statuses, a letter each:
// Scheduled, Running, Completed, Failed, or X for cancelled.
func (h *held) stand(want string) {
	h.Helper()
	got := ""
	for _, id := range h.runs {
		letter := must(h.Run(id)).Status[:1]
		if letter == "C" && must(h.Run(id)).Status == engine.StatusCancelled {
			letter = "X"
		}
		got += string(letter)
	}
	if got != want {
		h.Fatalf("the runs are %q, want %q", got, want)
	}
}

// starter is a kit with one function, which records the numbers of the events that
// start its runs.
type starter struct {
	*kit
	event string
	began []string
}

func newStarter(t testing.TB, opts inngestgo.FunctionOpts) *starter {
	t.Helper()
	s := &starter{kit: newKit(t), event: "go"}
	opts.ID = "f"
	s.add(opts, inngestgo.EventTrigger(s.event, nil), func(_ context.Context, in input) (any, error) {
		numbers := ""
		for _, ev := range in.Events {
			numbers += fmt.Sprint(ev.Data["n"])
		}
		s.began = append(s.began, numbers)
		return "ok", nil
	})
	s.sync()
	return s
}

// want fails the test unless exactly these runs have begun since the last call.
func (s *starter) want(runs ...string) {
	s.Helper()
	s.rest()
	got := s.began
	s.began = nil
	if fmt.Sprint(got) != fmt.Sprint(runs) {
		s.Fatalf("at %v the runs %v began, want %v", s.clock.Now().Sub(start), got, runs)
	}
}
