package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestParseEvents(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", wire.MaxEventBytes)
	for name, c := range map[string]struct {
		body   string
		events int
		status int
	}{
		"one":           {` {"name":"a","data":{}} `, 1, 0},
		"array":         {`[{"name":"a"},{"name":"b"}]`, 2, 0},
		"empty array":   {`[]`, 0, 0},
		"nothing":       {``, 0, 400},
		"not JSON":      {`nope`, 0, 400},
		"text":          {`"a"`, 0, 400},
		"bad ts":        {`{"name":"a","ts":"now"}`, 0, 400},
		"half an array": {`[{"name":"a"}`, 0, 400},
		"large event":   {`[{"name":"` + big + `"}]`, 0, 413},
		"large body":    {strings.Repeat(" ", wire.MaxRequestBytes+1), 0, 413},
		"many events":   {"[" + strings.Repeat(`{"name":"a"},`, wire.MaxRequestEvents) + `{"name":"a"}]`, 0, 400},
	} {
		events, err := engine.ParseEvents([]byte(c.body))
		var refused *engine.RequestError
		if c.status != 0 && (!errors.As(err, &refused) || refused.Status != c.status) {
			t.Errorf("%s: got %v, want status %d", name, err, c.status)
		}
		if c.status == 0 && (err != nil || len(events) != c.events) {
			t.Errorf("%s: got %d events and %v", name, len(events), err)
		}
	}
}

func TestRefusedEvents(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("f", func(context.Context, input) (any, error) { return "ok", nil })
	k.sync()
	for _, ev := range []wire.Event{
		{},
		{Name: " "},
		{Name: "inngest/function.finished"},
		{Name: "go", TS: 1700000000},
		{Name: "go", Data: json.RawMessage(`[1]`)},
		{Name: "go", Data: json.RawMessage(`{"a":`)},
		{Name: "go", User: json.RawMessage(`1`)},
		{Name: "go", TS: 4102444800001},
		{Name: "go", Data: json.RawMessage(`{"x":1e400}`)},
		{Name: "go", Data: json.RawMessage(`{"a":"\\","x":[0, {"y":-1E+309 }]}`)},
		{Name: "go", User: json.RawMessage(`{"x":1` + strings.Repeat("0", 309) + `}`)},
	} {
		var refused *engine.RequestError
		if _, err := k.Send("", wire.Event{Name: "go"}, ev); !errors.As(err, &refused) || refused.Status != 400 {
			t.Errorf("%+v: got %v", ev, err)
		}
	}
	if n := len(k.Events(engine.EventQuery{Limit: 10, Name: "", Internal: true}).Events); n != 0 {
		t.Errorf("%d events were taken of requests that were refused", n)
	}
}

func TestEventsWithLargeNumbers(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	for _, data := range []string{
		`{"x":1.7976931348623157e308}`, `{"x":-1e308,"y":[1e-400]}`, `{"x":123456789012345678901234567890}`,
		`{"1e400":"1e400"}`, `{"x":"\"1e400, "}`, `{"x":"\\","y":"1e400"}`,
	} {
		if _, err := k.Send("", wire.Event{Name: "go", TS: 4102444800000, Data: json.RawMessage(data)}); err != nil {
			t.Errorf("%s: %v", data, err)
		}
	}
	_, err := k.Send("", wire.Event{Name: "go", User: json.RawMessage(`{"x":1e400}`)})
	if err == nil || !strings.Contains(err.Error(), "user holds a number that overflows a double") {
		t.Errorf("got %v, want an error that names the field", err)
	}
}

func TestEventIDs(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.on("f", func(context.Context, input) (any, error) { return "ok", nil })
	k.sync()
	const seed = "1700000000000,AAECAwQFBgcICQ=="
	events := []wire.Event{{Name: "go"}, {Name: "go"}, {Name: "go", ID: "mine"}}
	first := must(k.Send(seed, events...))
	again := must(k.Send(seed, events...))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("one seed, two sets of ids (-first +again):\n%s", diff)
	}
	if first[0] != "01HF7YAT00000G40R40M30E20A" || first[1] != "01HF7YAT00000G40R40M30E20B" {
		t.Errorf("got %v", first)
	}
	if n := len(k.Runs(engine.RunQuery{Limit: 100}).Runs); n != 3 {
		t.Errorf("%d runs, want 3: events that were seen before start nothing", n)
	}
	dup := must(k.Send("", wire.Event{Name: "go", ID: "mine"}))
	if dup[0] == first[2] || len(k.runsOf("mine")) != 1 || len(k.runsOf(dup[0])) != 0 {
		t.Errorf("an event with an id seen before is %v and started %v, want another event that starts nothing", dup, k.runsOf(dup[0]))
	}
	k.clock.Advance(24 * time.Hour)
	if late := must(k.Send("", wire.Event{Name: "go", ID: "mine"})); len(k.runsOf(late[0])) != 1 {
		t.Errorf("a day later the id started %v, want a run", k.runsOf(late[0]))
	}
	if plain := must(k.Send("nonsense", wire.Event{Name: "go"})); len(plain[0]) != 26 {
		t.Errorf("got %v", plain)
	}
}

func TestBounded(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) { c.Keep = 4 })
	k.on("f", func(context.Context, input) (any, error) { return "ok", nil })
	k.sync()
	first := k.runsOf(k.send("go", `{}`))[0]
	k.end(first)
	for range 5 {
		k.send("go", `{}`)
		k.rest()
	}
	if _, err := k.Run(first); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("the oldest run is still there: %v", err)
	}
	if n := len(k.Events(engine.EventQuery{Limit: 100, Internal: true}).Events); n != 4 {
		t.Errorf("%d events are kept, want 4", n)
	}
}

// TestBoundedBytes checks that ended runs are remembered up to a size, though the
// latest one always is, and that runs which have not ended are always remembered.
func TestBoundedBytes(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) { c.KeepBytes = 1000 })
	k.on("f", func(ctx context.Context, in input) (any, error) {
		if in.Event.Data["nap"] == true {
			step.Sleep(ctx, "s", time.Hour)
		}
		return strings.Repeat("x", 400), nil
	})
	k.sync()
	naps := k.start(`{"nap":true}`)
	var runs []string
	for range 4 {
		runs = append(runs, k.play(`{}`).ID)
	}
	for i, kept := range []bool{false, false, true, true} {
		if _, err := k.Run(runs[i]); (err == nil) != kept {
			t.Errorf("run %d: got %v, kept should be %t", i, err, kept)
		}
	}
	k.status(naps, engine.StatusRunning)
	if n := len(k.Events(engine.EventQuery{Internal: true}).Events); n > 2 {
		t.Errorf("%d events are kept, half of about 800 bytes and half of 80; want two at most", n)
	}
}

// TestForgottenEvents checks that a forgotten event cannot be found by either of its ids,
// and that the store forgets it with its last run.
func TestForgottenEvents(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(c *engine.Config) { c.Keep = 2 })
	k.on("f", func(context.Context, input) (any, error) { return "ok", nil })
	k.sync()
	internal := must(k.Send("", wire.Event{Name: "go", ID: "mine"}))[0]
	k.rest()
	for range 2 {
		k.send("other", `{}`)
	}
	for _, id := range []string{"mine", internal} {
		if _, err := k.Event(id); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("a forgotten event was found by %s: %v", id, err)
		}
	}
	if !k.shelf.has("event/" + internal) {
		t.Error("the store has forgotten the event of a run that is remembered")
	}
	for range 2 {
		k.play(`{}`)
	}
	if err := k.Close(); err != nil { // commits everything
		t.Fatal(err)
	}
	if k.shelf.has("event/" + internal) {
		t.Error("the store has the event of a forgotten run")
	}
}

// TestBoundIsInclusive checks that runs are remembered whose results have just the size
// of the bound.
func TestBoundIsInclusive(t *testing.T) {
	t.Parallel()
	for bound, kept := range map[int]bool{2000: true, 1999: false} {
		k := newKit(t, func(c *engine.Config) { c.KeepBytes = bound })
		k.on("f", func(context.Context, input) (any, error) { return strings.Repeat("x", 998), nil })
		k.sync()
		first := k.play(`{}`).ID
		k.play(`{}`)
		if _, err := k.Run(first); (err == nil) != kept {
			t.Errorf("with a bound of %d bytes for two results of 1000, the first run: %v", bound, err)
		}
	}
}

// TestMalformedSeeds checks that a header which is not a seed makes no ids: a repeated
// request has other ids.
func TestMalformedSeeds(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	for _, seed := range []string{
		"", "x", "1700000000000", ",AAECAwQFBgcICQ==", "soon,AAECAwQFBgcICQ==", "-1,AAECAwQFBgcICQ==", "281474976710656,AAECAwQFBgcICQ==",
		"1700000000000,", "1700000000000,AAECAwQFBgcI", "1700000000000,AAECAwQFBgcICQo=", "1700000000000,AAECAwQFBgcICQ", "1700000000000,!AECAwQFBgcICQ==",
	} {
		first, second := must(k.Send(seed, wire.Event{Name: "go"})), must(k.Send(seed, wire.Event{Name: "go"}))
		if first[0] == second[0] {
			t.Errorf("the seed %q makes the id %s twice", seed, first[0])
		}
	}
	const seed = "281474976710655,AAECAwQFBgcICQ==" // the last millisecond of ULIDs
	if first, second := must(k.Send(seed, wire.Event{Name: "go"})), must(k.Send(seed, wire.Event{Name: "go"})); first[0] != second[0] {
		t.Errorf("the seed %q makes the ids %s and %s", seed, first[0], second[0])
	}
}
