package call

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/sending"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
	"github.com/inngestkit/inngestkit/validate"
)

// received is the input of a call: its events decoded and, unless they are
// exempt, validated.
type received struct {
	event declare.Decoded
	batch []declare.Decoded
	// invalid is the error of invalid events. In a batch of several, its paths
	// begin with events[i].
	invalid *validate.Error
	// unusable is set when an event does not fit its type, so that no policy
	// can run with it.
	unusable bool
}

// read decodes and validates the events of a call. An event that is also in its
// batch, as in every call, is decoded once.
func (f *Function) read(event json.RawMessage, batch []json.RawMessage) received {
	if len(batch) == 0 {
		var in received
		in.event, in.invalid, in.unusable = f.readOne(event)
		return in
	}
	var in received
	var problems []*validate.Error
	for i, raw := range batch {
		ev, invalid, unusable := f.readOne(raw)
		if invalid != nil {
			problems = append(problems, sending.Numbered(invalid, i, len(batch)))
			if f.OnInvalid == declare.Skip {
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
	default: // the same event, written differently or changed by middleware
		ev, invalid, unusable := f.readOne(event)
		in.event, in.unusable = ev, in.unusable || unusable
		if in.invalid == nil {
			in.invalid = invalid
		}
		if invalid != nil && f.OnInvalid == declare.Skip {
			in.batch = nil
		}
	}
	return in
}

func (f *Function) readOne(raw json.RawMessage) (ev declare.Decoded, invalid *validate.Error, unusable bool) {
	ev, err := f.Shell.Decode(raw)
	if err != nil {
		return ev, Mismatch(err, EventData(raw), f.Shell.DataType()), true
	}
	if ev.Name == "" {
		return ev, nameless(), true
	}
	if exempt(ev.Name) {
		return ev, nil, false
	}
	return ev, f.validate(ev, raw), false
}

// exempt reports whether an event is made by the server. The data of a direct
// invocation is a user's.
func exempt(name string) bool {
	return strings.HasPrefix(name, wire.SystemEventPrefix) && name != wire.EventFunctionInvoked
}

// validate applies the definition of the event's own name, and the rules of
// the handler's type when that is another.
func (f *Function) validate(ev declare.Decoded, raw json.RawMessage) *validate.Error {
	def := f.app.Known(ev.Name)
	switch {
	case ev.Name == wire.EventFunctionInvoked:
		def = f.primary
	case def == nil && f.wildcard:
		def = declare.Events.Named(ev.Name)
	}
	if def != nil && def.Type == f.Shell.DataType() {
		return asInvalid(def.Validate(ev.Data))
	}
	if def != nil {
		if invalid := asInvalid(def.Decode(EventData(raw))); invalid != nil {
			return invalid
		}
	}
	return asInvalid(f.validator.Struct(ev.Data))
}

// EventData returns the data of an event's JSON, or an empty object.
func EventData(raw json.RawMessage) []byte {
	var ev wire.Event
	if json.Unmarshal(raw, &ev) != nil || len(ev.Data) == 0 {
		return []byte("{}")
	}
	return ev.Data
}

// Mismatch turns the decoding error of an event into one that names the field
// and quotes nothing. It reads the data once more, because package validate
// finds the place; if the data is not at fault, the envelope is.
func Mismatch(err error, data []byte, t reflect.Type) *validate.Error {
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
	message := "cannot be decoded"
	if wrong, ok := errors.AsType[*validate.TypeError](err); ok {
		message = wrong.Error() // it names the field and quotes no value
	}
	return &validate.Error{Fields: []validate.FieldError{{Rule: "type", Message: message}}}
}

// verdict is the decision of the function's policy on invalid events.
type verdict struct {
	reject *validate.Error
	skip   bool
}

// judge applies the function's policy to invalid events.
func (c *Call) judge(in received) verdict {
	if in.invalid == nil {
		return verdict{}
	}
	log, policy := c.logger.With("fields", paths(in.invalid)), c.fn.OnInvalid
	switch {
	case policy == declare.Skip && len(in.batch) == 0:
		log.Warn("inngestkit: skipped a run whose event is invalid")
		return verdict{skip: true}
	case policy == declare.Skip:
		log.Warn("inngestkit: left invalid events out of a batch")
		return verdict{}
	case policy == declare.Warn && !in.unusable:
		log.Warn("inngestkit: ran a function whose event is invalid")
		return verdict{}
	}
	return verdict{reject: in.invalid}
}

// invalidMessage names the events beside their invalid fields.
func (c *Call) invalidMessage(invalid *validate.Error) string {
	var names []string
	for _, ev := range append([]declare.Decoded{c.input.event}, c.input.batch...) {
		if name := cmp.Or(ev.Name, "?"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return fmt.Sprintf("event %s: %s", strings.Join(names, ", "), invalid.Error())
}

func paths(e *validate.Error) []string {
	all := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		all[i] = f.Path + " " + f.Rule
	}
	return all
}

// receive decodes and validates the call's events, and answers if the function
// must not run with them. SDK middleware may change events, which are then
// received after it.
func (c *Call) receive() *Answer {
	if c.fn.app.Settings.TransformsInput() {
		return nil
	}
	c.input = c.fn.read(c.body.event, c.body.events)
	switch v := c.judge(c.input); {
	case v.reject != nil:
		return permanent("ValidationError", c.invalidMessage(v.reject))
	case v.skip:
		return &Answer{Status: http.StatusOK, Body: []byte("null")}
	}
	return nil
}

// transformed receives the events as SDK middleware has left them.
func (c *Call) transformed(in inngestgo.Input[sdk.Data]) (verdict, error) {
	event, err := json.Marshal(in.Event)
	if err != nil {
		return verdict{}, err
	}
	batch := make([]json.RawMessage, len(in.Events))
	for i := range in.Events {
		if batch[i], err = json.Marshal(in.Events[i]); err != nil {
			return verdict{}, err
		}
	}
	c.input = c.fn.read(event, batch)
	v := c.judge(c.input)
	if v.reject != nil {
		return v, inngestgo.NoRetryError(v.reject)
	}
	return v, nil
}
