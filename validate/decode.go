package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
)

// SyntaxError says that a text is not JSON. It quotes nothing of the text.
type SyntaxError struct {
	// Offset is the number of bytes read before the error. It is 0 where the
	// text was empty, and where it ended too soon and nobody counted.
	Offset int64
}

// Error says where the error is.
func (e *SyntaxError) Error() string {
	if e.Offset == 0 {
		return "invalid JSON: it is empty, or ends too soon"
	}
	return "invalid JSON at byte " + strconv.FormatInt(e.Offset, 10)
}

// Problem describes the error as an RFC 9457 document with status 400.
func (e *SyntaxError) Problem() *Problem {
	return &Problem{
		Type:   blankType,
		Title:  http.StatusText(http.StatusBadRequest),
		Status: http.StatusBadRequest,
		Detail: e.Error(),
	}
}

// Decode decodes and validates with [Default]; see [Validator.Decode].
func Decode(data []byte, into any) error { return Default().Decode(data, into) }

// Decode reads one JSON value with encoding/json and validates it with
// [Validator.Struct]. A text that is not JSON, or more than one value, is a
// [*SyntaxError]. A value that does not fit its field's type is an [*Error]
// with the rule "type", for the first such value; into is then partly filled.
// An into that is not a pointer is a *json.InvalidUnmarshalError.
func (v *Validator) Decode(data []byte, into any) error {
	if err := decode(data, into); err != nil {
		return err
	}
	return v.Struct(into)
}

func decode(data []byte, into any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &TypeError{Type: reflect.TypeOf(into), Problem: "cannot be decoded: " + panicked(p), cause: panicError(p)}
		}
	}()
	err = json.Unmarshal(data, into)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*json.InvalidUnmarshalError](err); ok {
		return err
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && !json.Valid(data) {
		return &SyntaxError{Offset: syntax.Offset}
	}
	path, inner := blame(data, reflect.TypeOf(into), err, blameDepth)
	field := mismatch(inner)
	field.Path = joinPath(path, field.Path)
	return &Error{Fields: []FieldError{field}, cause: err}
}

// ConvertError turns an error of encoding/json, or of the validator behind a
// framework's binder, into the [*Error] or [*SyntaxError] that
// [Validator.Decode] gives, for frameworks that decode by themselves. It has
// only the error to go by: of a decoding error, paths lack the places in
// collections, and hold the names of embedded structs; of a binder's, see
// [UseBinder]. A nil error, errors that already are this package's, and those
// that it does not know are returned as they are.
func ConvertError(err error) error {
	var (
		own    *Error
		broken validator.ValidationErrors
		syntax *json.SyntaxError
	)
	switch {
	case errors.As(err, &own):
		return err
	case errors.As(err, &broken):
		return bindingError(broken)
	case errors.As(err, &syntax):
		return &SyntaxError{Offset: syntax.Offset}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &SyntaxError{}
	}
	if field, ok := known(err); ok {
		return &Error{Fields: []FieldError{field}, cause: err}
	}
	return err
}

// mismatch describes an error about a value, of whatever kind.
func mismatch(err error) FieldError {
	if field, ok := known(err); ok {
		return field
	}
	// The text of any other error may quote the value.
	return FieldError{Rule: ruleType, Message: "has a value of the wrong form"}
}

// ruleType is the rule that a value of another JSON type breaks.
const ruleType = "type"

func known(err error) (FieldError, bool) {
	var (
		wrongType *json.UnmarshalTypeError
		wrongTime *time.ParseError
	)
	switch {
	case err == nil:
		return FieldError{}, false
	case errors.As(err, &wrongType):
		want := jsonType(wrongType.Type)
		return FieldError{
			Path:    wrongType.Field,
			Rule:    ruleType,
			Param:   want,
			Message: typeMessage(want, wrongType.Value),
		}, true
	case errors.As(err, &wrongTime):
		text := "must be a time in the form " + wrongTime.Layout
		if wrongTime.Layout == time.RFC3339 || wrongTime.Layout == time.RFC3339Nano {
			text = "must be an RFC 3339 time"
		}
		return FieldError{Rule: ruleType, Param: "string", Message: text}, true
	}
	// encoding/json has no types for these two, and the first quotes values.
	text := err.Error()
	if strings.HasPrefix(text, "json: invalid use of ,string") {
		return FieldError{Rule: ruleType, Param: "string", Message: "must be a string that holds a value of the right type"}, true
	}
	if name, ok := strings.CutPrefix(text, "json: unknown field "); ok {
		if path, err := strconv.Unquote(name); err == nil {
			return FieldError{Path: path, Rule: "unknown", Message: "is not a known field"}, true
		}
	}
	return FieldError{}, false
}

// typeMessage says which type a value must have. got is encoding/json's
// description: "string", or "number 300" for one that is out of range, of
// which only the first word may be used.
func typeMessage(want, got string) string {
	text := fmt.Sprintf("must be %s %s", article(want), want)
	number, isNumber := strings.CutPrefix(got, "number ")
	if !isNumber {
		return text
	}
	if want == "number" || want == "integer" && !strings.ContainsAny(number, ".eE") {
		text += " within range"
	}
	return text
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an"
	}
	return "a"
}

// jsonType names the JSON type that a Go type is decoded from.
func jsonType(t reflect.Type) string {
	if t == nil {
		return "value"
	}
	if t = indirect(t); reflect.PointerTo(t).Implements(textUnmarshaler) {
		return "string"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return "integer"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "string" // bytes are Base64 in JSON
		}
		return "array"
	case reflect.Array:
		return "array"
	case reflect.Map, reflect.Struct:
		return "object"
	case reflect.String:
		return "string"
	default:
		return "value"
	}
}
