package adapter

import (
	"compress/flate"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"iter"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/validate"
)

// misread recognizes the errors of the standard library about a request that
// cannot be read. It recognizes errors without a type by their text. It returns
// nil for other errors, and for those that [validate.ConvertError] knows.
func misread(err error) *ClientError {
	if e := misreadBody(err); e != nil {
		e.Err = err
		return e
	}
	if field, ok := WrongValue(err); ok {
		return &ClientError{Status: http.StatusUnprocessableEntity, Detail: "a value of the request " + field.Message, Err: err}
	}
	return nil
}

func misreadBody(err error) *ClientError {
	var (
		tooLarge *http.MaxBytesError
		header   textproto.ProtocolError
		escape   url.EscapeError
		flated   flate.CorruptInputError
		badXML   *xml.SyntaxError
		otherXML xml.UnmarshalError
	)
	switch {
	case errors.As(err, &tooLarge):
		return tooLargeBody(tooLarge.Limit)
	case errors.Is(err, multipart.ErrMessageTooLarge), textIs(err, "http: POST too large"):
		return tooLargeBody(0)
	case errors.Is(err, http.ErrMissingBoundary), errors.Is(err, http.ErrNotMultipart):
		return &ClientError{Title: "The form cannot be read", Detail: "the Content-Type must be multipart/form-data with a boundary"}
	case errors.As(err, &escape), textIs(err, "invalid semicolon separator in query", "number of URL query parameters exceeded limit"):
		return &ClientError{Title: "The form cannot be read", Detail: "the query or the form is not encoded correctly"}
	case errors.As(err, &header), textHas(err, "multipart: "):
		return &ClientError{Title: "The form cannot be read", Detail: "the multipart form is malformed, or ends too soon"}
	case errors.Is(err, mime.ErrInvalidMediaParameter), textHas(err, "mime: "):
		return &ClientError{Title: "The request cannot be read", Detail: "the Content-Type is malformed"}
	case errors.Is(err, http.ErrMissingFile):
		return &ClientError{Title: "The form lacks a file"}
	case errors.Is(err, http.ErrNoCookie):
		return &ClientError{Title: "The request lacks a cookie"}
	case textIs(err, "missing form body"):
		return &ClientError{Title: "The request lacks a body"}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &flated):
		return &ClientError{Title: "The body cannot be read", Detail: "the body is not compressed correctly"}
	case textIs(err, chunkErrors...):
		return &ClientError{Title: "The body cannot be read", Detail: "the chunks of the body are malformed"}
	case errors.As(err, &badXML):
		return &ClientError{Title: "The body is not valid XML", Detail: fmt.Sprintf("invalid XML at line %d", badXML.Line)}
	case textHas(err, "xml: encoding ", "xml: unsupported version "):
		return &ClientError{Title: "The body is not valid XML", Detail: "the XML declaration names an unsupported encoding or version"}
	case errors.As(err, &otherXML):
		return &ClientError{Status: http.StatusUnprocessableEntity, Detail: "the XML has another element than expected"}
	}
	return nil
}

func tooLargeBody(limit int64) *ClientError {
	e := &ClientError{Status: http.StatusRequestEntityTooLarge, Title: "The body is too large"}
	if limit > 0 {
		e.Detail = fmt.Sprintf("the body exceeds the limit of %d bytes", limit)
	}
	return e
}

// chunkErrors are texts of net/http's chunked reader.
var chunkErrors = []string{
	"malformed chunked encoding", "invalid byte in chunk length", "empty hex number for chunk length", "http chunk length too large",
	"chunked encoding contains too much non-data", "chunked line ends with bare LF", "invalid CR in chunked line",
	"header line too long", "http: suspiciously long trailer after chunked body",
}

// durationErrors begin the texts of [time.ParseDuration].
var durationErrors = []string{"time: invalid duration ", "time: unknown unit ", "time: missing unit in duration "}

// WrongValue describes a value of a request that does not fit its type. It
// recognizes errors of strconv, time, net, encoding/base64 and encoding/hex. The
// field's Path is empty. WrongValue reports false for other errors.
func WrongValue(err error) (field FieldError, ok bool) {
	var (
		number *strconv.NumError
		moment *time.ParseError
		base   base64.CorruptInputError
		digit  hex.InvalidByteError
		addr   *net.ParseError
	)
	switch {
	case errors.As(err, &number):
		return wrongNumber(number), true
	case errors.As(err, &moment):
		if invalid, ok := errors.AsType[*validate.Error](validate.ConvertError(moment)); ok {
			return invalid.Fields[0], true
		}
	case textHas(err, "Time.UnmarshalJSON: ", "Time.UnmarshalText: "):
		return typeError("string", "must be an RFC 3339 time"), true
	case textHas(err, durationErrors...):
		return typeError("string", "must be a duration such as 1h30m"), true
	case errors.As(err, &base):
		return typeError("string", "must be Base64"), true
	case errors.As(err, &digit), errors.Is(err, hex.ErrLength):
		return typeError("string", "must be hexadecimal"), true
	case errors.As(err, &addr), textHas(err, "ParseAddr(", "netip.ParsePrefix(", "not an ip:port", "invalid ip:port "):
		return typeError("string", "must be a network address"), true
	}
	return FieldError{}, false
}

func wrongNumber(err *strconv.NumError) FieldError {
	kind, message := "integer", "must be an integer"
	switch err.Func {
	case "ParseFloat", "ParseComplex":
		kind, message = "number", "must be a number"
	case "ParseBool":
		return typeError("boolean", "must be a boolean")
	}
	if errors.Is(err.Err, strconv.ErrRange) {
		message += " within range"
	}
	return typeError(kind, message)
}

func typeError(kind, message string) FieldError {
	return FieldError{Rule: "type", Param: kind, Message: message}
}

// texts yields the text of an error and of each error that it wraps.
func texts(err error) iter.Seq[string] {
	return func(yield func(string) bool) { _ = walk(err, yield) }
}

func walk(err error, yield func(string) bool) bool {
	if err == nil {
		return true
	}
	if !yield(err.Error()) {
		return false
	}
	switch e := err.(type) { //nolint:errorlint // this unwraps
	case interface{ Unwrap() error }:
		return walk(e.Unwrap(), yield)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if !walk(inner, yield) {
				return false
			}
		}
	}
	return true
}

// textIs reports whether an error, or one that it wraps, has one of the texts.
func textIs(err error, whole ...string) bool {
	for text := range texts(err) {
		if slices.Contains(whole, text) {
			return true
		}
	}
	return false
}

// textHas reports whether the text of an error, or of one that it wraps, begins
// with one of the prefixes.
func textHas(err error, prefixes ...string) bool {
	_, ok := textWith(err, prefixes...)
	return ok
}

func textWith(err error, prefixes ...string) (string, bool) {
	for text := range texts(err) {
		if slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(text, prefix) }) {
			return text, true
		}
	}
	return "", false
}
