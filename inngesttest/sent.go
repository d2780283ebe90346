package inngesttest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// sentEvent is an event that the app sent.
type sentEvent struct {
	wire.Event
	internalID string
	by         string // the function that sent it, or empty
	delivered  bool
}

func (s *sentEvent) String() string {
	if s.by == "" {
		return fmt.Sprintf("%s %s", s.Name, s.Data)
	}
	captured := ""
	if !s.delivered {
		captured = ", captured"
	}
	return fmt.Sprintf("%s %s (sent by %s%s)", s.Name, s.Data, s.by, captured)
}

// ownKey marks the contexts of what the test itself sends.
type ownKey struct{}

// receive is Inngest's event API.
func (e *Env) receive(ctx context.Context, r *http.Request, body []byte) (any, error) {
	events, err := engine.ParseEvents(body)
	if err == nil && seam.Replay(ctx) { // the call that it repeats has sent them
		return accepted(events), nil
	}
	if refused := e.refusal(ctx); refused != nil {
		return nil, refused
	}
	if err != nil {
		return nil, err
	}
	own := ctx.Value(ownKey{}) != nil
	caller, inside := seam.Use().Caller(ctx)
	if inside && !step.IsWithinStep(ctx) && e.checks(CheckSends) {
		e.problemf("%s sends %s outside a step, at %s: it would be sent again at each replay\n\twrite the durable form, such as OrderCreated.Send(ctx, \"step-id\", data) on the event's definition, or send inside a step",
			caller.FunctionID, events[0].Name, userSite())
	}
	if !own && (inside || e.engine == nil && e.real == nil) {
		return e.capture(events, caller.FunctionID)
	}
	ids, err := e.post(r.Header.Get(wire.HeaderEventIDSeed), events)
	if err != nil || own {
		return wire.SendReply{IDs: ids, Status: http.StatusOK}, err
	}
	for _, ev := range events {
		e.remember(&sentEvent{Event: ev, delivered: true})
	}
	return wire.SendReply{IDs: ids, Status: http.StatusOK}, nil
}

// accepted is a reply that takes events, and does nothing with them.
func accepted(events []wire.Event) wire.SendReply {
	ids := make([]string, len(events))
	for i := range ids {
		ids[i] = rand.Text()
	}
	return wire.SendReply{IDs: ids, Status: http.StatusOK}
}

// remember keeps an event, unless one of its id was sent before: Inngest takes
// an id once.
func (e *Env) remember(s *sentEvent) (first *sentEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, other := range e.sent {
		if s.ID != "" && other.ID == s.ID {
			return other
		}
	}
	e.sent = append(e.sent, s)
	return s
}

// capture keeps what a function sends, and delivers what is to be.
func (e *Env) capture(events []wire.Event, by string) (any, error) {
	ids := make([]string, len(events))
	for i, ev := range events {
		s := &sentEvent{Event: ev, by: by, internalID: rand.Text(), delivered: e.delivers(ev.Name)}
		if s.ID == "" {
			s.ID = s.internalID
		}
		if s.delivered {
			accepted, err := e.post("", []wire.Event{s.Event})
			if err != nil {
				return nil, err
			}
			s.internalID = accepted[0]
		}
		ids[i] = e.remember(s).internalID
	}
	return wire.SendReply{IDs: ids, Status: http.StatusOK}, nil
}

func (e *Env) delivers(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.deliverAll || e.real != nil || e.deliver[name] != nil
}

// post hands events to the server that there is.
func (e *Env) post(seed string, events []wire.Event) ([]string, error) {
	if e.real != nil {
		return e.real.post(seed, events)
	}
	e.mu.Lock()
	e.posted = append(e.posted, events...)
	e.mu.Unlock()
	return e.engine.Send(seed, events...)
}

// Deliver hands the events that functions send from now on to the functions
// of the app that they trigger, and to the waits that they match; with names,
// only events of these. A name that is found neither among what was sent, nor
// in a trigger or a wait, fails the test.
func (e *Env) Deliver(names ...string) {
	at := caller()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deliverAll = e.deliverAll || len(names) == 0
	for _, name := range names {
		e.deliver[name] = at
	}
}

// Drain delivers the events that were captured and not delivered, and then
// those that the functions send that they start, until there are none. It
// returns the events in the order in which they were sent.
func (e *Env) Drain() []inngestgo.Event {
	e.t.Helper()
	var drained []inngestgo.Event
	for s := e.undelivered(); s != nil; s = e.undelivered() {
		if _, err := e.post("", []wire.Event{s.Event}); err != nil {
			e.t.Fatalf("inngesttest: %s cannot be delivered: %v", s.Name, err)
		}
		drained = append(drained, untyped(s.Event))
		e.WaitUntilIdle()
	}
	return drained
}

func (e *Env) undelivered() *sentEvent {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.sent {
		if !s.delivered {
			s.delivered = true
			return s
		}
	}
	return nil
}

func untyped(ev wire.Event) inngestgo.Event {
	var out inngestgo.Event
	raw, _ := json.Marshal(ev)    // it came as JSON
	_ = json.Unmarshal(raw, &out) // an event always fits
	return out
}

// EventLog is where [Sent] and its like look for the events that were sent: an
// [Env], which has those that functions, request handlers and App.Sender sent,
// but not those of the test itself; or a [Recorder].
type EventLog interface {
	events() (testing.TB, []*sentEvent)
}

func (e *Env) events() (testing.TB, []*sentEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.t, slices.Clone(e.sent)
}

// Sent returns the events of a type that were sent, in their order. It fails
// the test if the data of one does not fit the type.
func Sent[T any](log EventLog, of inngestkit.EventType[T]) []inngestgo.GenericEvent[T] {
	t, all := log.events()
	t.Helper()
	found := []inngestgo.GenericEvent[T]{}
	for _, s := range all {
		if s.Name != of.Name() {
			continue
		}
		raw, _ := json.Marshal(s.Event) // it came as JSON
		var ev inngestgo.GenericEvent[T]
		if err := json.Unmarshal(raw, &ev); err != nil {
			t.Fatalf("inngesttest: a sent %s does not fit its type: %v", s.Name, err)
		}
		found = append(found, ev)
	}
	return found
}

// RequireSent fails the test unless an event of the type was sent whose data
// meets every condition. It returns the data of the first.
func RequireSent[T any](log EventLog, of inngestkit.EventType[T], conditions ...func(T) bool) T {
	t, all := log.events()
	t.Helper()
	for _, ev := range Sent(log, of) {
		if meets(ev.Data, conditions) {
			return ev.Data
		}
	}
	want := of.Name()
	if len(conditions) > 0 {
		want += " that meets the condition"
	}
	var none T
	t.Fatalf("inngesttest: no %s was sent; sent were:\n%s%s", want, list(all), failures(log))
	return none
}

// RequireNotSent fails the test if an event of the type was sent whose data
// meets every condition.
func RequireNotSent[T any](log EventLog, of inngestkit.EventType[T], conditions ...func(T) bool) {
	t, all := log.events()
	t.Helper()
	for _, ev := range Sent(log, of) {
		if meets(ev.Data, conditions) {
			t.Fatalf("inngesttest: %s was sent, and should not have been; sent were:\n%s", of.Name(), list(all))
		}
	}
}

// failures names the runs that have failed, and may have sent nothing for that.
func failures(log EventLog) string {
	e, ok := log.(*Env)
	if !ok {
		return ""
	}
	var lines strings.Builder
	for _, r := range e.Runs() {
		if r.Status() == Failed {
			fmt.Fprintf(&lines, "\n\ta run of %s has failed: %v", r.Function(), r.Err())
		}
	}
	return lines.String()
}

func meets[T any](data T, conditions []func(T) bool) bool {
	return !slices.ContainsFunc(conditions, func(c func(T) bool) bool { return !c(data) })
}

func list(all []*sentEvent) string {
	if len(all) == 0 {
		return "\tnothing"
	}
	lines := make([]string, len(all))
	for i, s := range all {
		lines[i] = "\t" + s.String()
	}
	return strings.Join(lines, "\n")
}
