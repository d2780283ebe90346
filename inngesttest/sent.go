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

// sentEvent is an event that the app has sent.
type sentEvent struct {
	wire.Event

	internalID string
	by         string // the function that has sent it, or empty
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

// ownKey marks the context of events that the test sends, not the app.
type ownKey struct{}

// receive plays Inngest's event API.
func (e *Env) receive(ctx context.Context, r *http.Request, body []byte) (any, error) {
	events, err := engine.ParseEvents(body)
	if err == nil && seam.Replay(ctx) { // the call that this one repeats has sent them
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
		e.problemf("%s sends %s outside a step, at %s: each replay would send it again\n\twrite the durable form, such as OrderCreated.Send(ctx, \"step-id\", data) on the event's definition, or send inside a step",
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

// accepted returns the reply to events that are ignored.
func accepted(events []wire.Event) wire.SendReply {
	ids := make([]string, len(events))
	for i := range ids {
		ids[i] = rand.Text()
	}
	return wire.SendReply{IDs: ids, Status: http.StatusOK}
}

// remember keeps an event, unless an event with its id was sent before: Inngest
// accepts an id once. It returns the event that was sent first.
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

// capture keeps the events that a function sends, and delivers those that the test
// wants delivered.
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

// delivers reports whether events of a name are delivered.
func (e *Env) delivers(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.deliverAll || e.real != nil || e.deliver[name] != nil
}

// post sends events to the engine or to the real server.
func (e *Env) post(seed string, events []wire.Event) ([]string, error) {
	if e.real != nil {
		return e.real.post(seed, events)
	}
	e.mu.Lock()
	e.posted = append(e.posted, events...)
	e.mu.Unlock()
	return e.engine.Send(seed, events...)
}

// Deliver delivers the events that functions send from now on: they start the
// functions of the app that they trigger, and end the waits that they match. With
// names, it delivers only events of these names. A name fails the test at its end
// if no such event was sent, and no function is triggered by it or waits for it.
func (e *Env) Deliver(names ...string) {
	at := caller()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deliverAll = e.deliverAll || len(names) == 0
	for _, name := range names {
		e.deliver[name] = at
	}
}

// Drain delivers the events that were captured so far, and the events that the
// functions send as a result, until none is left. It returns the delivered events
// in the order in which they were sent.
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

// undelivered returns a captured event, marked as delivered, or nil if none is left.
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

// untyped returns an event without the type of its data.
func untyped(ev wire.Event) inngestgo.Event {
	var out inngestgo.Event
	raw, _ := json.Marshal(ev)    // it was JSON before
	_ = json.Unmarshal(raw, &out) // any event fits
	return out
}

// EventLog is a record of sent events, for [Sent], [RequireSent] and
// [RequireNotSent]: an [Env] or a [Recorder]. An Env records the events that
// functions, request handlers and App.Sender send, and not the events that the test
// sends with [Env.Trigger] or [Env.Send].
type EventLog interface {
	events() (testing.TB, []*sentEvent)
}

func (e *Env) events() (testing.TB, []*sentEvent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.t, slices.Clone(e.sent)
}

// Sent returns the sent events of a type, in the order in which they were sent. It
// fails the test if the data of one does not fit the type.
func Sent[T any](log EventLog, of inngestkit.EventType[T]) []inngestgo.GenericEvent[T] {
	t, all := log.events()
	t.Helper()
	found := []inngestgo.GenericEvent[T]{}
	for _, s := range all {
		if s.Name != of.Name() {
			continue
		}
		raw, _ := json.Marshal(s.Event) // it was JSON before
		var ev inngestgo.GenericEvent[T]
		if err := json.Unmarshal(raw, &ev); err != nil {
			t.Fatalf("inngesttest: a sent %s does not fit its type: %v", s.Name, err)
		}
		found = append(found, ev)
	}
	return found
}

// RequireSent fails the test unless an event of the type was sent whose data meets
// all conditions. It returns the data of the first such event.
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
	t.Fatalf("inngesttest: no %s was sent; the sent events are:\n%s%s", want, list(all), failures(log))
	return none
}

// RequireNotSent fails the test if an event of the type was sent whose data meets
// all conditions.
func RequireNotSent[T any](log EventLog, of inngestkit.EventType[T], conditions ...func(T) bool) {
	t, all := log.events()
	t.Helper()
	for _, ev := range Sent(log, of) {
		if meets(ev.Data, conditions) {
			t.Fatalf("inngesttest: %s was sent, and should not have been; the sent events are:\n%s", of.Name(), list(all))
		}
	}
}

// failures lists the runs that have failed: they may have sent nothing for that
// reason.
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

// meets reports whether data meets all conditions.
func meets[T any](data T, conditions []func(T) bool) bool {
	return !slices.ContainsFunc(conditions, func(c func(T) bool) bool { return !c(data) })
}

func list(all []*sentEvent) string {
	if len(all) == 0 {
		return "\tnone"
	}
	lines := make([]string, len(all))
	for i, s := range all {
		lines[i] = "\t" + s.String()
	}
	return strings.Join(lines, "\n")
}
