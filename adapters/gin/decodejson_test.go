package inngestgin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	engine "github.com/gin-gonic/gin/codec/json"
)

func TestPathAt(t *testing.T) {
	t.Parallel()
	const text = ` {"a":1,"b":{"c":[true,{"d":"x"}],"":[]},"e":"f"}`
	for at, want := range map[string]string{
		`1,"b"`: "a", `{"c"`: "b", `[true`: "b.c", "true": "b.c[0]", `{"d"`: "b.c[1]", `"x"`: "b.c[1].d", `"f"`: "e", `{"a"`: "",
	} {
		if got := pathAt(text, int64(strings.Index(text, at))); got != want {
			t.Errorf("at %s the path is %q, want %q", at, got, want)
		}
	}
	for text, want := range map[string]string{`[1,["x"]]`: "[1][0]", `["a","x"]`: "[1]", `"x"`: "", `{"a":"x"`: "a", `{"a":y"x"`: "", "": ""} {
		if got := pathAt(text, int64(strings.Index(text, `"x"`))); got != want {
			t.Errorf("in %s the path is %q, want %q", text, got, want)
		}
	}
}

// Errors in the shapes of go-json and sonic, which the build tags link in.
type (
	goJSONTypeError struct {
		Type                 reflect.Type
		Value, Struct, Field string
	}
	goJSONSyntaxError struct{ Offset int64 }
	sonicTypeError    struct {
		Pos  int
		Src  string
		Type reflect.Type
	}
	sonicSyntaxError struct {
		Pos int
		Src string
	}
	InvalidUnmarshalError struct{ Type reflect.Type }
	unknownError          struct{}
	textError             string
)

func (goJSONTypeError) Error() string       { return "secret" }
func (goJSONSyntaxError) Error() string     { return "secret" }
func (sonicTypeError) Error() string        { return "secret" }
func (sonicSyntaxError) Error() string      { return "secret" }
func (InvalidUnmarshalError) Error() string { return "secret" }
func (unknownError) Error() string          { return "secret" }
func (textError) Error() string             { return "secret" }

func TestExplainJSON(t *testing.T) {
	t.Parallel()
	number := reflect.TypeFor[int]()
	for _, c := range []struct{ err, want error }{
		{&goJSONTypeError{Type: number, Field: "n"}, &json.UnmarshalTypeError{Type: number, Field: "n"}},
		{&sonicTypeError{Type: number, Src: `{"n":"x"}`, Pos: 5}, &json.UnmarshalTypeError{Type: number, Field: "n"}},
		{&goJSONSyntaxError{7}, &json.SyntaxError{Offset: 7}},
		{sonicSyntaxError{Pos: 8}, &json.SyntaxError{Offset: 8}},
		{unknownError{}, io.ErrUnexpectedEOF},
		{textError("x"), io.ErrUnexpectedEOF},
		{&InvalidUnmarshalError{Type: number}, &InvalidUnmarshalError{Type: number}},
	} {
		got := explainJSON(c.err)
		if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", c.want) {
			t.Errorf("a %T becomes %T %v, want %v", c.err, got, got, c.want)
		}
	}
	if explainJSONText("a.b: readInt: overflow, error found in #6 byte of ...|x|...", errors.New("")) != nil && engine.Package != "github.com/json-iterator/go" {
		t.Error("without jsoniter an error that reads like one of its is taken for one")
	}
}
