package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestDebounce(t *testing.T) {
	t.Parallel()
	s := newStarter(t, inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: 10 * time.Second}})
	s.send("go", `{"n":1}`)
	s.clock.Advance(10*time.Second - 1)
	s.send("go", `{"n":2}`)
	s.clock.Advance(10*time.Second - 1)
	s.want()
	s.clock.Advance(1)
	s.want("2")
	s.send("go", `{"n":3}`)
	s.clock.Advance(10 * time.Second)
	s.want("3")
}

// TestDebounceTimeout checks that the timeout bounds the delay, and that the run still
// has the latest event.
func TestDebounceTimeout(t *testing.T) {
	t.Parallel()
	timeout := 6 * time.Second
	s := newStarter(t, inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: 4 * time.Second, Timeout: &timeout}})
	s.send("go", `{"n":1}`)
	s.clock.Advance(3 * time.Second)
	s.send("go", `{"n":2}`)
	s.clock.Advance(2 * time.Second)
	s.send("go", `{"n":3}`)
	s.clock.Advance(time.Second - 1)
	s.want()
	s.clock.Advance(1)
	s.want("3")
	s.clock.Advance(time.Hour)
	s.want()
}

func TestDebounceKey(t *testing.T) {
	t.Parallel()
	s := newStarter(t, inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: time.Second, Key: "event.data.user"}})
	for _, data := range []string{`{"n":1,"user":"a"}`, `{"n":2,"user":"b"}`, `{"n":3,"user":"a"}`, `{"n":4}`} {
		s.send("go", data)
	}
	s.clock.Advance(time.Second)
	s.want("2", "3", "4")
}

// TestDebounceOrder checks that an event with an earlier timestamp does not replace a
// later one.
func TestDebounceOrder(t *testing.T) {
	t.Parallel()
	s := newStarter(t, inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: 3 * time.Second}})
	for _, ev := range []wire.Event{
		{Name: "go", Data: json.RawMessage(`{"n":1}`), TS: 1700000002000},
		{Name: "go", Data: json.RawMessage(`{"n":2}`), TS: 1700000001000},
	} {
		must(s.Send("", ev))
		s.clock.Advance(2 * time.Second)
	}
	s.want()
	s.clock.Advance(time.Second)
	s.want("1")
}

// TestDebounceOfChangedFunction checks that debounced events survive a sync of their
// function, and start no run if the function is gone or paused.
func TestDebounceOfChangedFunction(t *testing.T) {
	t.Parallel()
	s := newStarter(t, inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: time.Second}})
	s.send("go", `{"n":1}`)
	s.sync()
	s.clock.Advance(time.Second)
	s.want("1")
	s.send("go", `{"n":2}`)
	if err := s.Pause("shop-f"); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(time.Second)
	s.want()
	if err := s.Resume("shop-f"); err != nil {
		t.Fatal(err)
	}
	s.send("go", `{"n":3}`)
	must(s.Register(rawApp("shop-other", `[]`)))
	s.clock.Advance(time.Second)
	s.want()
}

// TestDebounceOfOneID checks that events with one id start one run, and that the later
// of them still prolongs the debounce.
func TestDebounceOfOneID(t *testing.T) {
	t.Parallel()
	s := newStarter(t, inngestgo.FunctionOpts{Debounce: &inngestgo.ConfigDebounce{Period: time.Second}})
	send := func(data string) {
		must(s.Send("", wire.Event{Name: "go", ID: "one", Data: json.RawMessage(data)}))
	}
	send(`{"n":1}`)
	send(`{"n":2}`)
	s.clock.Advance(time.Second)
	s.want("2")
	send(`{"n":3}`)
	s.clock.Advance(time.Second)
	s.want()
}

// TestDebounceOfForgottenEvent checks that a debounce keeps its event, also over a
// restart, when the log has forgotten it.
func TestDebounceOfForgottenEvent(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) { c.Keep = 1 })
	var began []any
	k.add(inngestgo.FunctionOpts{ID: "f", Debounce: &inngestgo.ConfigDebounce{Period: time.Minute}}, onGo,
		func(_ context.Context, in input) (any, error) {
			began = append(began, in.Event.Data["n"])
			return "ok", nil
		})
	k.sync()
	for n := range 2 { // the second event replaces the first
		k.send("go", fmt.Sprintf(`{"n":%d}`, n))
		k.send("other", `{}`)
	}
	k.restart()
	k.clock.Advance(time.Minute)
	k.rest()
	if diff := cmp.Diff([]any{1.0}, began); diff != "" {
		t.Errorf("runs that began (-want +got):\n%s", diff)
	}
}
