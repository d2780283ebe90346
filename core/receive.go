package inngestkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// received is the input of a call: its events decoded and, unless they are
// exempt, validated.
type received struct {
	event decodedEvent
	batch []decodedEvent
	// invalid is what is wrong, with paths that begin with events[i] in a
	// batch of several.
	invalid *validate.Error
	// unusable is set when an event does not fit its type, so that even
	// InvalidWarn cannot run with it.
	unusable bool
}

// receive decodes and validates what a call brought. A batch that holds the
// event itself, as every call's does, decodes it once.
func (f *function) receive(event json.RawMessage, batch []json.RawMessage) received {
	if len(batch) == 0 {
		var in received
		in.event, in.invalid, in.unusable = f.receiveOne(event)
		return in
	}
	var in received
	var problems []*validate.Error
	for i, raw := range batch {
		ev, invalid, unusable := f.receiveOne(raw)
		if invalid != nil {
			problems = append(problems, prefixed(invalid, i, len(batch)))
			if f.onInvalid == InvalidSkip {
				continue
			}
		}
		in.unusable = in.unusable || unusable
		in.batch = append(in.batch, ev)
	}
	in.invalid = validate.Join(problems...)
	switch {
	case len(in.batch) == 0:
	case len(batch) > 1 || len(event) == 0 || bytes.Equal(event, batch[0]):
		in.event = in.batch[0]
	default: // the same event, written in another way or changed by middleware
		ev, invalid, unusable := f.receiveOne(event)
		in.event, in.unusable = ev, in.unusable || unusable
		if in.invalid == nil {
			in.invalid = invalid
		}
		if invalid != nil && f.onInvalid == InvalidSkip {
			in.batch = nil
		}
	}
	return in
}

// prefixed names the event at fault when there are several.
func prefixed(e *validate.Error, index, of int) *validate.Error {
	if of == 1 {
		return e
	}
	return e.WithPrefix(fmt.Sprintf("events[%d]", index))
}

func (f *function) receiveOne(raw json.RawMessage) (ev decodedEvent, invalid *validate.Error, unusable bool) {
	ev, err := f.spec.shell.decode(raw)
	if err != nil {
		return ev, mismatch(err, eventData(raw), f.spec.shell.dataType()), true
	}
	if ev.name == "" {
		return ev, nameless(), true
	}
	if exempt(ev.name) {
		return ev, nil, false
	}
	return ev, f.validate(ev, raw), false
}

// exempt holds for events that a server makes itself, but not for a direct
// invocation, whose data a user wrote.
func exempt(name string) bool {
	return strings.HasPrefix(name, wire.SystemEventPrefix) && name != wire.EventFunctionInvoked
}

// validate applies the definition of the event's own name, and the rules of
// the handler's type when that is another.
func (f *function) validate(ev decodedEvent, raw json.RawMessage) *validate.Error {
	def := f.app.definitionOf(ev.name)
	if ev.name == wire.EventFunctionInvoked {
		def = f.primary
	}
	if def != nil && def.typ == f.spec.shell.dataType() {
		return asInvalid(def.validate(ev.data))
	}
	if def != nil {
		if invalid := asInvalid(def.decode(eventData(raw))); invalid != nil {
			return invalid
		}
	}
	return asInvalid(f.validator().Struct(ev.data))
}

// validator is the one of the function's own definition, or of one of them
// with the handler's type, for events that have none.
func (f *function) validator() *validate.Validator {
	if f.primary != nil {
		return f.primary.validator()
	}
	for _, d := range f.definitions() {
		if d.typ == f.spec.shell.dataType() {
			return d.validator()
		}
	}
	return validate.Default()
}

func eventData(raw json.RawMessage) []byte {
	var ev wire.Event
	if json.Unmarshal(raw, &ev) != nil || len(ev.Data) == 0 {
		return []byte("{}")
	}
	return ev.Data
}

// mismatch turns the decoding error of an event into one that names the field
// and quotes nothing. Data is read once more, because validate knows how to
// find the place; when that is not at fault the envelope is.
func mismatch(err error, data []byte, t reflect.Type) *validate.Error {
	if json.Unmarshal(data, reflect.New(t).Interface()) != nil {
		return asInvalid(validate.Decode(data, reflect.New(t).Interface()))
	}
	return asInvalid(validate.ConvertError(err))
}

func nameless() *validate.Error {
	return &validate.Error{Fields: []validate.FieldError{{Rule: "required", Message: "the event has no name"}}}
}

func asInvalid(err error) *validate.Error {
	if err == nil {
		return nil
	}
	if invalid, ok := errors.AsType[*validate.Error](err); ok {
		return invalid
	}
	return &validate.Error{Fields: []validate.FieldError{{Rule: "type", Message: "cannot be decoded"}}}
}

// verdict is what the function's policy makes of invalid events.
type verdict struct {
	reject *validate.Error
	skip   bool
}

func (f *function) judge(c *call, in received) verdict {
	if in.invalid == nil {
		return verdict{}
	}
	log := c.logger.With("fields", paths(in.invalid))
	switch {
	case f.onInvalid == InvalidSkip && len(in.batch) == 0:
		log.Warn("inngestkit: skipped a run whose event is invalid")
		return verdict{skip: true}
	case f.onInvalid == InvalidSkip:
		log.Warn("inngestkit: left invalid events out of a batch")
		return verdict{}
	case f.onInvalid == InvalidWarn && !in.unusable:
		log.Warn("inngestkit: ran a function whose event is invalid")
		return verdict{}
	}
	return verdict{reject: in.invalid}
}

func paths(e *validate.Error) []string {
	all := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		all[i] = f.Path + " " + f.Rule
	}
	return all
}
