package inngestkit

import (
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/validate"
)

// Event is anything that can be sent: an untyped inngestgo.Event, or the
// inngestgo.GenericEvent[T] that EventType.New makes.
type Event interface {
	// Event is the event with untyped data.
	Event() inngestgo.Event
	// Map is the event as inngestgo's own middleware sees it.
	Map() map[string]any
	// Validate checks the envelope as inngestgo does.
	Validate() error
}

// EventType is an event's name and the Go type of its data. Make one with
// DefineEvent, once, as a package-level variable; it is immutable and safe
// for concurrent use.
type EventType[T any] struct{ def *definition }

// Definition is an EventType of any data type, for Config.Events.
type Definition interface{ definition() *definition }

// DefineEvent names an event and binds it to the type of its data, a struct
// or a map, whose validate tags hold wherever the event passes: when it is
// sent, received, waited for or invoked with. A name ending in "*" serves
// wildcard triggers and cannot be sent.
//
// Mistakes, a pointer type or a tag that names no rule, are reported by New
// and Register, so that they can be reported together. Custom rules belong to
// the package-level validator (validate.RegisterRule) and must be added
// before the first New.
func DefineEvent[T any](name string, opts ...DefinitionOption) EventType[T] {
	d := &definition{name: name, typ: reflect.TypeFor[T](), site: callSite(2)}
	for _, opt := range opts {
		opt(d)
	}
	definitions.add(d)
	return EventType[T]{def: d}
}

// DefinitionOption is an option of DefineEvent.
type DefinitionOption func(*definition)

// WithTag reads rules from another struct tag than "validate", such as Gin's
// "binding".
func WithTag(tag string) DefinitionOption { return func(d *definition) { d.tag = tag } }

// WithValidator validates with v, an application's own, in place of
// validate.Default().
func WithValidator(v *validate.Validator) DefinitionOption {
	return func(d *definition) { d.own = v }
}

// Name is the event's name.
func (e EventType[T]) Name() string { return e.def.name }

func (e EventType[T]) definition() *definition { return e.def }

// New makes an event of this type, ready to be sent. It does not validate:
// sending does.
func (e EventType[T]) New(data T, opts ...EventOption) inngestgo.GenericEvent[T] {
	var env envelope
	for _, opt := range opts {
		opt(&env)
	}
	ev := inngestgo.GenericEvent[T]{
		Name: e.def.name, Data: data, User: env.user, Timestamp: env.ts, Version: env.version,
	}
	if env.id != "" {
		ev.ID = &env.id
	}
	return ev
}

// Validate checks data against the rules of the definition. It returns nil or
// a *validate.Error.
func (e EventType[T]) Validate(data T) error { return e.def.validate(data) }

// EventOption sets a field of an event beside its data.
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

// definition is an EventType without its type parameter.
type definition struct {
	name string
	typ  reflect.Type
	tag  string
	own  *validate.Validator
	site string

	// sound is set once its rules have been checked. The registry guards it.
	sound bool
}

func (d *definition) validator() *validate.Validator {
	v := d.own
	if v == nil {
		v = validate.Default()
	}
	if d.tag != "" {
		v = v.ForTag(d.tag)
	}
	return v
}

func (d *definition) validate(data any) error { return d.validator().Struct(data) }

// decode reads data's JSON into a new value of the definition's type and
// validates it.
func (d *definition) decode(data []byte) error {
	return d.validator().Decode(data, reflect.New(d.typ).Interface())
}

func (d *definition) check(m *mistakes) {
	switch {
	case d.name == "":
		m.add(d.where(), "", "an event needs a name", `write DefineEvent[%s]("order.created")`, d.typ)
	case badEventName(d.name):
		m.add(d.where(), "", "an event's name holds no spaces or control characters, at most 256 bytes, and '*' only at its end, after '.' or '/'", `write one such as "order.created"`)
	}
	checkDataType(m, d.where(), d.typ, d.validator())
}

func (d *definition) where() string { return fmt.Sprintf("event %q (%s)", d.name, d.site) }

// checkDataType holds what the data of an event may be, and checks its tags.
func checkDataType(m *mistakes, where string, t reflect.Type, v *validate.Validator) {
	switch t.Kind() {
	case reflect.Pointer:
		m.add(where, "", fmt.Sprintf("its data type is the pointer %s, and every event has data", t), "write %s", t.Elem())
	case reflect.Map, reflect.Interface:
	case reflect.Struct:
		for _, err := range unjoined(v.CheckType(t)) {
			m.add(where, "", "its data cannot be validated: "+err.Error(), "mend that tag")
		}
	default:
		m.add(where, "", fmt.Sprintf("its data type is %s, and event data is a JSON object", t), "write a struct that holds it: struct{ Items %s }", t)
	}
}

// badEventName holds for what no event or wildcard can be called. A star
// matches only what follows a '.' or '/'.
func badEventName(name string) bool {
	stem, star := strings.CutSuffix(name, "*")
	return strings.IndexFunc(name, notID) >= 0 || len(name) > 256 || strings.Contains(stem, "*") ||
		star && !strings.HasSuffix(stem, ".") && !strings.HasSuffix(stem, "/")
}

// definitions are all of the process, so that New can check even those that
// no function of an app is triggered by.
var definitions registry

type registry struct {
	mu     sync.Mutex
	defs   map[string]*definition
	byName map[defKey]*definition
}

type defKey struct {
	name string
	typ  reflect.Type
}

func (r *registry) add(d *definition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.defs == nil {
		r.defs, r.byName = map[string]*definition{}, map[defKey]*definition{}
	}
	r.byName[defKey{d.name, d.typ}] = d
	r.defs[d.site+"\x00"+d.name+"\x00"+d.typ.String()] = d
}

// find is the definition of a name with that type, if the process has one.
func (r *registry) find(name string, typ reflect.Type) *definition {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byName[defKey{name, typ}]
}

func (r *registry) check(m *mistakes) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(r.defs)) {
		d := r.defs[key]
		if d.sound {
			continue
		}
		before := len(m.errs)
		d.check(m)
		d.sound = len(m.errs) == before
	}
}

// callSite names the file and line that called the exported function.
func callSite(skip int) string {
	_, file, line, ok := runtime.Caller(skip)
	if !ok {
		return "an unknown place"
	}
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		if j := strings.LastIndexByte(file[:i], '/'); j >= 0 {
			file = file[j+1:]
		}
	}
	return fmt.Sprintf("%s:%d", file, line)
}
