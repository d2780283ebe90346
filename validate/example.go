package validate

import (
	"reflect"
	"strconv"
	"strings"
)

// Example returns a value of type t with something in every field, as a start
// for a person who writes one. It follows the rules oneof, email, url, uri,
// uuid, eq, gt, gte, min and len, and can break others. It is a t, not a pointer
// to one, and nil if t is nil or an interface.
func (v *Validator) Example(t reflect.Type) any {
	if t == nil {
		return nil
	}
	return v.example(t, "", sampleDepth).Interface()
}

func (v *Validator) example(t reflect.Type, rules string, depth int) reflect.Value {
	out := reflect.New(t).Elem()
	own, elements, _ := strings.Cut(rules, "dive")
	switch {
	case depth == 0, t == rawType, t == numberType, t.ConvertibleTo(timeType):
		return sample(t, depth)
	case t.Kind() == reflect.Pointer:
		out.Set(reflect.New(t.Elem()))
		out.Elem().Set(v.example(t.Elem(), rules, depth-1))
	case t.Kind() == reflect.Slice:
		out.Set(reflect.Append(out, v.example(t.Elem(), elements, depth-1)))
	case t.Kind() == reflect.Struct:
		for field, f := range out.Fields() {
			if f.CanSet() {
				f.Set(v.example(field.Type, field.Tag.Get(v.tag), depth-1))
			}
		}
	default:
		out.Set(sample(t, depth))
		for rule := range strings.SplitSeq(own, ",") {
			name, param, _ := strings.Cut(rule, "=")
			keepTo(out, name, param)
		}
	}
	return out
}

// texts satisfy the rules about the form of a text.
var texts = map[string]string{
	"email": "name@example.com", "url": "https://example.com", "uri": "https://example.com",
	"uuid": "123e4567-e89b-42d3-a456-426614174000", "uuid4": "123e4567-e89b-42d3-a456-426614174000",
}

// keepTo changes a text or number to satisfy a rule.
func keepTo(v reflect.Value, rule, param string) {
	n, err := strconv.ParseFloat(param, 64)
	switch {
	case v.Kind() == reflect.String && rule == "oneof":
		if first := paramWords(param); len(first) > 0 {
			v.SetString(first[0])
		}
	case v.Kind() == reflect.String && texts[rule] != "":
		v.SetString(texts[rule])
	case v.Kind() == reflect.String && err == nil && (rule == "len" || rule == "min" && n > float64(v.Len())):
		v.SetString(strings.Repeat("x", int(min(max(n, 0), 1000))))
	case err != nil, v.Kind() == reflect.String:
	case rule == "gt":
		setNumber(v, n+1)
	case rule == "gte", rule == "min", rule == "eq":
		setNumber(v, n)
	}
}

func setNumber(v reflect.Value, n float64) {
	switch {
	case v.CanInt():
		v.SetInt(int64(n))
	case v.CanUint():
		v.SetUint(uint64(max(n, 0)))
	case v.CanFloat():
		v.SetFloat(n)
	}
}
