package validate

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// sampleDepth is how many levels a sample of a recursive type has.
const sampleDepth = 4

var (
	anyType      = reflect.TypeFor[any]()
	timeType     = reflect.TypeFor[time.Time]()
	numberType   = reflect.TypeFor[json.Number]()
	rawType      = reflect.TypeFor[json.RawMessage]()
	durationType = reflect.TypeFor[time.Duration]()
)

// samples returns values of t: one with something in every place, the zero
// value, and two between them, so that a rule meets pointers to set values, to
// zero values, and to nothing.
func samples(t reflect.Type) []reflect.Value {
	return []reflect.Value{sample(t, sampleDepth), sample(t, 2), sample(t, 1), sample(t, 0)}
}

// sample returns a value with something in every place that a rule could look
// at: rules do not run on nil and on elements that do not exist.
func sample(t reflect.Type, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	if depth == 0 {
		return v
	}
	switch t {
	case numberType:
		v.SetString("1")
		return v
	case rawType:
		v.SetBytes([]byte("{}"))
		return v
	}
	switch t.Kind() {
	case reflect.String:
		v.SetString("sample")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(sample(t.Elem(), depth-1))
	case reflect.Slice:
		v.Set(reflect.Append(v, sample(t.Elem(), depth-1)))
	case reflect.Array:
		for i := range min(v.Len(), 1) {
			v.Index(i).Set(sample(t.Elem(), depth-1))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		if key := sample(t.Key(), depth-1); key.Comparable() {
			v.SetMapIndex(key, sample(t.Elem(), depth-1))
		}
	case reflect.Struct:
		if t.ConvertibleTo(timeType) {
			v.Set(reflect.ValueOf(time.Unix(1, 0)).Convert(t))
			break
		}
		for _, f := range v.Fields() {
			if f.CanSet() {
				f.Set(sample(f.Type(), depth-1))
			}
		}
	}
	return v
}

// panicText runs fn and returns the text of its panic, or "".
func panicText(fn func()) string {
	if p := caught(fn); p != nil {
		return fmt.Sprint(p)
	}
	return ""
}

// caught runs fn and returns the value of its panic, or nil.
func caught(fn func()) (p any) {
	defer func() { p = recover() }()
	fn()
	return nil
}
