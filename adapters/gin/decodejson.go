package inngestgin

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	engine "github.com/gin-gonic/gin/codec/json"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// explainJSON turns an error of go-json or sonic, which Gin binds with under
// the build tags go_json and sonic, into one of encoding/json.
func explainJSON(err error) error {
	e := reflect.Indirect(reflect.ValueOf(err))
	switch {
	case e.Kind() != reflect.Struct:
		return io.ErrUnexpectedEOF
	case e.Type().Name() == "InvalidUnmarshalError":
		return err // the application's mistake
	}
	src, pos, offset := e.FieldByName("Src"), e.FieldByName("Pos"), e.FieldByName("Offset")
	if typ := e.FieldByName("Type"); typ.IsValid() {
		var mismatch json.UnmarshalTypeError
		mismatch.Type, _ = reflect.TypeAssert[reflect.Type](typ)
		if field := e.FieldByName("Field"); field.IsValid() {
			mismatch.Field = field.String()
		} else if src.IsValid() && pos.IsValid() {
			mismatch.Field = pathAt(src.String(), pos.Int())
		}
		return &mismatch
	}
	switch {
	case offset.IsValid():
		return &json.SyntaxError{Offset: offset.Int()}
	case pos.IsValid():
		return &json.SyntaxError{Offset: pos.Int()}
	}
	return io.ErrUnexpectedEOF
}

// pathAt returns the path to the value at an offset of a JSON text, such as
// "items[2].price". It returns "" if there is none.
func pathAt(text string, offset int64) string {
	var open []container
	for d := json.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		top := len(open) - 1
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:top]
			continue
		}
		path := ""
		if top >= 0 {
			var value bool
			if path, value = open[top].next(token); !value {
				continue
			}
		}
		if d.InputOffset() > offset {
			return path
		}
		switch token {
		case json.Delim('{'):
			open = append(open, container{path: path})
		case json.Delim('['):
			open = append(open, container{path: path, array: true})
		}
	}
}

// container is an array or an object around the current place.
type container struct {
	path  string
	array bool
	index int    // the index of the next element
	name  string // the name of the next value
	named bool
}

// next takes a token. It returns the path of the value that the token begins,
// or false for a name.
func (c *container) next(token json.Token) (path string, value bool) {
	switch {
	case c.array:
		c.index++
		return fmt.Sprintf("%s[%d]", c.path, c.index-1), true
	case c.named:
		c.named = false
		return strings.TrimPrefix(c.path+"."+c.name, "."), true
	}
	c.name, c.named = token.(string)
	return "", false
}

// byteOfText matches the place in the body of an error of jsoniter.
var byteOfText = regexp.MustCompile(`, error found in #(\d+) byte of \.\.\.\|`)

// explainJSONText recognizes the errors of jsoniter, which Gin binds with under
// the build tag jsoniter. These errors have no types, and do not distinguish a
// wrong value from malformed JSON. It returns nil for other errors.
func explainJSONText(said string, err error) error {
	if engine.Package != "github.com/json-iterator/go" {
		return nil
	}
	found := byteOfText.FindStringSubmatch(said)
	switch {
	case strings.HasSuffix(said, ": http: request body too large"):
		return &http.MaxBytesError{}
	case strings.HasPrefix(said, "ReadVal: can"):
		return nil // the application's mistake
	case found != nil:
		return &adapter.ClientError{Title: "The body cannot be read", Detail: "the JSON near byte " + found[1] + " is malformed, or a value does not fit its type", Err: err}
	case strings.Contains(said, ": strconv.Parse"):
		return &adapter.ClientError{Status: http.StatusUnprocessableEntity, Detail: "a number is not within range", Err: err}
	}
	return nil
}
