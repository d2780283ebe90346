package inngestkit

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/sending"
	"github.com/inngestkit/inngestkit/validate"
)

// Event is an event that can be sent: the inngestgo.GenericEvent[T] that
// [EventType.New] makes, an untyped inngestgo.Event, or any other type with
// this method, such as a struct that embeds one of them. Data of other types
// is validated by its event's name.
type Event interface {
	// Event returns the event with untyped data.
	Event() inngestgo.Event
}

// EventType is an event's name and the Go type of its data. Make one with
// [DefineEvent], once, as a package-level variable; it is immutable and safe
// for concurrent use. Its zero value defines nothing: methods that return
// an error or a trigger report that, and New panics.
type EventType[T any] struct{ def *declare.Event }

// Definition is an [EventType] of any data type, for [Config.Events].
type Definition interface{ definition() *declare.Event }

// DefineEvent names an event and binds it to the type of its data, a struct
// or a map. The type's validate tags apply wherever the event passes: when it
// is sent, received, waited for or invoked with. A name that ends in "*"
// serves wildcard triggers and cannot be sent.
//
// Mistakes, such as a pointer type or a tag that names no rule, are reported
// together by the New and Register of the app that uses the definition. Add
// custom rules to the default validator ([validate.RegisterRule]) before the
// first New.
func DefineEvent[T any](name string, opts ...DefinitionOption) EventType[T] {
	e := &declare.Event{Name: name, Type: reflect.TypeFor[T](), Site: declare.CallSite(2)}
	for _, opt := range opts {
		opt(e)
	}
	declare.Events.Add(e)
	return EventType[T]{def: e}
}

// DefinitionOption is an option of [DefineEvent].
type DefinitionOption func(*declare.Event)

// WithTag reads rules from another struct tag than "validate", such as Gin's
// "binding".
func WithTag(tag string) DefinitionOption { return func(e *declare.Event) { e.Tag = tag } }

// WithValidator validates with the application's own validator instead of
// [validate.Default].
func WithValidator(v *validate.Validator) DefinitionOption {
	return func(e *declare.Event) { e.Own = v }
}

// Name returns the event's name.
func (e EventType[T]) Name() string {
	if e.def == nil {
		return ""
	}
	return e.def.Name
}

func (e EventType[T]) definition() *declare.Event { return e.def }

// New makes an event of this type, ready to be sent. It does not validate:
// sending does.
func (e EventType[T]) New(data T, opts ...EventOption) inngestgo.GenericEvent[T] {
	if err := e.defined(); err != nil {
		panic(err.Error())
	}
	var env envelope
	for _, opt := range opts {
		opt(&env)
	}
	ev := inngestgo.GenericEvent[T]{
		Name: e.def.Name, Data: data, User: env.user, Timestamp: env.ts, Version: env.version,
	}
	if env.id != "" {
		ev.ID = &env.id
	}
	return ev
}

// Decode returns an event as one of this type, decoded and validated, for the
// handler of a wildcard: ok reports whether the event has this type's name. The
// error is a [*validate.Error] if its data does not fit the type or breaks its
// rules.
//
//	deposited, ok, err := MoneyDeposited.Decode(in.Event)
//	if err != nil {
//		return nil, err
//	}
//	if ok {
//		…
//	}
func (e EventType[T]) Decode(ev Event) (decoded inngestgo.GenericEvent[T], ok bool, err error) {
	if err := e.defined(); err != nil {
		return decoded, false, err
	}
	data, ok := sending.JSON(ev, e.def.Name)
	if !ok {
		return decoded, false, nil
	}
	if err := json.Unmarshal(data, &decoded); err != nil {
		return decoded, true, call.Mismatch(err, call.EventData(data), e.def.Type)
	}
	return decoded, true, e.def.Validate(decoded.Data)
}

// Validate checks data against the rules of the definition. It returns nil or
// a [*validate.Error].
func (e EventType[T]) Validate(data T) error {
	if err := e.defined(); err != nil {
		return err
	}
	return e.def.Validate(data)
}

// defined returns an error for an EventType that DefineEvent did not make.
func (e EventType[T]) defined() error {
	if e.def == nil {
		return fmt.Errorf("inngestkit: an EventType[%s] is zero, so the event has no name; make it with %s", reflect.TypeFor[T](), defineForm[T]())
	}
	return nil
}

func defineForm[T any]() string {
	return fmt.Sprintf("inngestkit.DefineEvent[%s](\"order.created\")", reflect.TypeFor[T]())
}

// EventOption is an option of [EventType.New]: a field of the event beside its
// data.
type EventOption func(*envelope)

type envelope struct {
	id, version string
	ts          int64
	user        map[string]any
}

// WithID sets the event's id. Inngest starts the work of an id once in 24
// hours, however often it is sent.
func WithID(id string) EventOption { return func(e *envelope) { e.id = id } }

// WithTime sets when the event happened, in milliseconds' precision. Defaults
// to the time at which the server receives it.
func WithTime(t time.Time) EventOption { return func(e *envelope) { e.ts = t.UnixMilli() } }

// WithVersion sets the version of the data's shape.
func WithVersion(v string) EventOption { return func(e *envelope) { e.version = v } }

// WithUser sets the event's user object.
func WithUser(user map[string]any) EventOption { return func(e *envelope) { e.user = user } }
