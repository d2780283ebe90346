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

// SyntaxError reports a text that is not JSON. It quotes nothing of the text.
type SyntaxError struct {
	// Offset is the number of bytes read before the error. It is 0 if the text
	// was empty, or ended too soon and the decoder did not count.
	Offset int64
}

// Error names the place of the error.
func (e *SyntaxError) Error() string {
	if e.Offset == 0 {
		return "invalid JSON: it is empty, or ends too soon"
	}
	return "invalid JSON at byte " + strconv.FormatInt(e.Offset, 10)
}

// Problem returns the error as an RFC 9457 document with status 400.
func (e *SyntaxError) Problem() *Problem {
	return &Problem{
		Type:   blankType,
		Title:  http.StatusText(http.StatusBadRequest),
		Status: http.StatusBadRequest,
		Detail: e.Error(),
	}
}

// Decode decodes and validates a value with [Default]; see [Validator.Decode].
func Decode(data []byte, into any) error { return Default().Decode(data, into) }

// Decode decodes one JSON value with encoding/json into a pointer, and
// validates it with [Validator.Struct]. Its other errors are
//
//   - a [*SyntaxError] if data is not JSON or holds more than one value;
//   - an [*Error] with the rule "type" for the first value that does not fit
//     its field's type, with into partly filled;
//   - a *json.InvalidUnmarshalError if into is not a pointer;
//   - a [*TypeError] if a method that reads JSON panics.
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

// ConvertError converts an error of encoding/json, or of a framework's
// validator, into the [*Error] or [*SyntaxError] that [Validator.Decode]
// returns. It is for frameworks that decode requests themselves.
//
// The path of a decoding error lacks indexes and map keys, and has the names of
// embedded structs: the error alone says no more. For the errors of a
// framework's validator, see [UseBinder].
//
// ConvertError returns every other error unchanged, and nil for nil.
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

// mismatch describes any error about a value.
func mismatch(err error) FieldError {
	if field, ok := known(err); ok {
		return field
	}
	// The text of any other error may quote the value.
	return FieldError{Rule: ruleType, Message: "has a value of the wrong form"}
}

// ruleType is the rule of a value with the wrong JSON type.
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

// typeMessage names the JSON type that a value must have. got is
// encoding/json's description of the value: "string", or "number 300" if it is
// out of range. Only its first word may appear in the message.
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

// jsonType returns the JSON type that encoding/json reads into a Go type.
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
