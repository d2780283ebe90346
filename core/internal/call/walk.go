package call

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

var errNotObject = errors.New("it is not a JSON object")

// walker finds the parts of JSON. The parts that it returns lie in the bytes it
// was given: nothing is copied.
type walker struct {
	raw []byte
	dec *jsontext.Decoder
}

func newWalker(raw []byte) walker {
	return walker{raw, jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
}

// kind returns the first byte of the next value, or 0 if there is none.
func (w walker) kind() byte { return byte(w.dec.PeekKind()) }

func (w walker) value() (json.RawMessage, error) {
	value, err := w.dec.ReadValue()
	end := int(w.dec.InputOffset())
	return json.RawMessage(w.raw[end-len(value) : end : end]), err
}

// object calls read before the value of each member, which it must take.
func (w walker) object(read func(name string) error) error {
	return w.all('{', func() error {
		name, err := w.dec.ReadToken()
		if err != nil {
			return err
		}
		return read(name.String())
	})
}

// members replaces a map by the members of an object.
func (w walker) members(into *map[string]json.RawMessage) error {
	all := map[string]json.RawMessage{}
	*into = all
	return w.object(func(name string) (err error) {
		all[name], err = w.value()
		return err
	})
}

// elements replaces a slice by the elements of an array.
func (w walker) elements(into *[]json.RawMessage) error {
	*into = nil
	return w.all('[', func() error {
		value, err := w.value()
		*into = append(*into, value)
		return err
	})
}

// all calls take for each member or element until the end of an object or
// array.
func (w walker) all(kind jsontext.Kind, take func() error) error {
	if tok, err := w.dec.ReadToken(); err != nil || tok.Kind() != kind {
		return errNotObject
	}
	for {
		if next := w.dec.PeekKind(); next == '}' || next == ']' {
			_, err := w.dec.ReadToken()
			return err
		}
		if err := take(); err != nil {
			return err
		}
	}
}

// atEnd reports whether only space is left.
func (w walker) atEnd() bool {
	return len(bytes.TrimLeft(w.raw[w.dec.InputOffset():], " \t\r\n")) == 0
}
