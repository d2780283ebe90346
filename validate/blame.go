package validate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// blameDepth bounds how deep blame searches. Each level reads the text once.
const blameDepth = 16

// blame finds the first value in data that does not fit its place in t, and
// returns the value's path and error. Decoding all of data failed with err.
//
// The paths of encoding/json are not good enough: they lack indexes and map
// keys, they have the names of embedded structs, and there is none for a time
// or another type that decodes itself.
func blame(data []byte, t reflect.Type, err error, depth int) (string, error) {
	t = indirect(t)
	if depth == 0 || decodesItself(t) {
		return "", err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	open, _ := dec.Token()
	for i := 0; dec.More(); i++ {
		var key any
		if open == json.Delim('{') {
			key, _ = dec.Token()
		}
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			break
		}
		step, elem := descend(t, open, key, i)
		if elem == nil {
			continue
		}
		if inner := json.Unmarshal(value, reflect.New(elem).Interface()); inner != nil {
			path, inner := blame(value, elem, inner, depth-1)
			return joinPath(step, path), inner
		}
	}
	return "", err
}

// descend returns the step from a value of type t to its member, and the
// member's type. The type is nil if the member has no place in t.
func descend(t reflect.Type, open json.Token, key any, i int) (string, reflect.Type) {
	switch kind := t.Kind(); {
	case open == json.Delim('['):
		if kind == reflect.Slice || kind == reflect.Array {
			return fmt.Sprintf("[%d]", i), t.Elem()
		}
	case open == json.Delim('{') && kind == reflect.Map:
		return fmt.Sprintf("[%s]", key), t.Elem()
	case open == json.Delim('{') && kind == reflect.Struct:
		name, _ := key.(string)
		return jsonField(t, name)
	}
	return "", nil
}

// jsonField returns the name and type of the field that encoding/json decodes a
// key into. An exact match wins over one in another case.
func jsonField(t reflect.Type, key string) (string, reflect.Type) {
	var name string
	var found reflect.Type
	least := sampleDepth + 1
	eachField(t, 0, func(f reflect.StructField, depth int) {
		if jsonName(f) == key && depth < least {
			name, found, least = key, f.Type, depth
		}
	})
	if found != nil {
		return name, found
	}
	eachField(t, 0, func(f reflect.StructField, _ int) {
		if found == nil && strings.EqualFold(jsonName(f), key) {
			name, found = jsonName(f), f.Type
		}
	})
	return name, found
}

// eachField calls do for the fields of t and of the structs that it embeds, in
// their order. It leaves out quoted fields (",string"), which their type alone
// does not decode.
func eachField(t reflect.Type, depth int, do func(f reflect.StructField, depth int)) {
	for f := range t.Fields() {
		switch tag := f.Tag.Get("json"); {
		case tag == "-" || strings.Contains(tag, ",string"):
		case flattened(f):
			if depth < sampleDepth {
				eachField(indirect(f.Type), depth+1, do)
			}
		case f.IsExported():
			do(f, depth)
		}
	}
}
