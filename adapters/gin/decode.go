package inngestgin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// decoders names the format of each decoder that Gin binds with, by its import
// path. This package imports none of them: it recognizes their errors by that
// path, and by their text.
var decoders = []struct{ path, format string }{
	{"github.com/goccy/go-yaml", "YAML"},
	{"github.com/pelletier/go-toml/v2", "TOML"},
	{"github.com/ugorji/go/codec", "MessagePack"},
	{"go.mongodb.org/mongo-driver/v2", "BSON"},
	{"google.golang.org/protobuf", "Protocol Buffers"},
	{"github.com/goccy/go-json", formatJSON},
	{"github.com/bytedance/sonic", formatJSON},
}

const formatJSON = "JSON"

// explain turns an error that only Gin's binding returns into one that package
// adapter knows. It returns any other error unchanged. The Content-Type is that
// of the request.
func explain(err error, contentType string) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge // decoders wrap it
	}
	if all, ok := errors.AsType[binding.SliceValidationError](err); ok {
		return elements(all)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch format := decodedBy(e); format {
		case "":
		case formatJSON:
			return explainJSON(e)
		default:
			return notValid(format, e)
		}
	}
	if other := explainText(err); other != nil {
		return other
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		if format := formatOf(contentType); format != "" {
			return notValid(format, err)
		}
	}
	if bound, ok := errors.AsType[*gin.Error](err); ok && bound.IsType(gin.ErrorTypeBind) {
		if _, known := adapter.Problem(err); !known {
			return &adapter.ClientError{Title: "The request cannot be read", Err: err}
		}
	}
	return err
}

// explainText recognizes errors without a type. It returns nil for others.
func explainText(err error) error {
	said := err.Error()
	switch {
	case strings.HasPrefix(said, "toml: "):
		return notValid("TOML", err)
	case said == "invalid document length":
		return notValid("BSON", err)
	case strings.Contains(said, "] is not valid value for ["):
		return &adapter.ClientError{Status: http.StatusUnprocessableEntity, Detail: "a list of the request has the wrong length", Err: err}
	}
	return explainJSONText(said, err)
}

// decodedBy returns the format of the decoder that an error comes from, or "".
func decodedBy(err error) string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for _, d := range decoders {
		if rest, ok := strings.CutPrefix(t.PkgPath(), d.path); ok && (rest == "" || rest[0] == '/') {
			return d.format
		}
	}
	return ""
}

// formatOf returns the format that a Content-Type names, or "" for JSON and
// forms.
func formatOf(contentType string) string {
	for _, f := range []struct{ part, format string }{
		{"xml", "XML"}, {"yaml", "YAML"}, {"toml", "TOML"}, {"msgpack", "MessagePack"}, {"bson", "BSON"}, {"protobuf", "Protocol Buffers"},
	} {
		if strings.Contains(contentType, f.part) {
			return f.format
		}
	}
	return ""
}

var (
	// misfit matches errors about a value, in a body that is well-formed.
	misfit = regexp.MustCompile(`cannot (unmarshal|decode)|overflow|does not fit|was used where|unknown field|only encoded map|assigning negative|invalid length of`)
	// place matches the place in the body that an error begins with.
	place = regexp.MustCompile(`^\[(\d+):(\d+)\]|^msgpack decode error \[pos (\d+)\]`)
)

// notValid describes an error about a body in another format than JSON. It does
// not use the error's text, which quotes the body.
func notValid(format string, err error) error {
	at := placeOf(err)
	if misfit.MatchString(err.Error()) {
		return &adapter.ClientError{Status: http.StatusUnprocessableEntity, Detail: "the value" + at + " does not fit its type", Err: err}
	}
	return &adapter.ClientError{Title: "The body is not valid " + format, Detail: "invalid " + format + at, Err: err}
}

// placeOf returns the place in the body of an error, for a message, or "".
func placeOf(err error) string {
	if positioned, ok := err.(interface{ Position() (row, column int) }); ok {
		row, column := positioned.Position()
		return fmt.Sprintf(" at line %d, column %d", row, column)
	}
	found := place.FindStringSubmatch(err.Error())
	switch {
	case len(found) == 0:
		return ""
	case found[1] != "":
		return " at line " + found[1] + ", column " + found[2]
	default:
		return " at byte " + found[3]
	}
}
