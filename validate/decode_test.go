package validate_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/validate"
)

type picky struct{}

func (picky) UnmarshalJSON(data []byte) error { return errors.New("I don't like " + string(data)) }

type everything struct {
	Contact
	Text   string                `json:"text"`
	Whole  int8                  `json:"whole"`
	Real   float32               `json:"real"`
	Flag   bool                  `json:"flag"`
	When   time.Time             `json:"when"`
	Addr   netip.Addr            `json:"addr"`
	Bytes  []byte                `json:"bytes"`
	Items  []item                `json:"items" validate:"dive"`
	Prices map[string]float64    `json:"prices"`
	Deep   map[string][]*Contact `json:"deep"`
	Quoted int                   `json:"quoted,string"`
	Picky  *picky                `json:"picky"`
	Pair   [2]int                `json:"pair"`
	Hidden string                `json:"-"`
	Upper  int                   `json:"EMAIL"`
	First  int                   `json:"ab"`
	Second string                `json:"AB"`
	Nested *stubborn             `json:"nested"`
	Inner  item                  `validate:"-"`
	Person `json:"named"`
	Labels
	Syntax *unparsable `json:"syntax"`
}

type (
	Person struct {
		Email string `json:"email"`
	}
	Labels []string
)

// stubborn decodes itself, so that the types of its fields say nothing.
type stubborn struct {
	Count int `json:"count"`
}

func (*stubborn) UnmarshalJSON([]byte) error { return errors.New("no") }

// unparsable fails with a syntax error, although the text is JSON.
type unparsable struct{}

func (*unparsable) UnmarshalJSON([]byte) error { return json.Unmarshal([]byte("{"), new(any)) }

func TestDecodeMismatch(t *testing.T) {
	t.Parallel()
	field := func(path, param, message string) validate.FieldError {
		return validate.FieldError{Path: path, Rule: "type", Param: param, Message: message}
	}
	tests := []struct {
		data string
		want validate.FieldError
	}{
		{`{"text":5551234}`, field("text", "string", "must be a string")},
		{`{"whole":"5551234"}`, field("whole", "integer", "must be an integer")},
		{`{"whole":5551234}`, field("whole", "integer", "must be an integer within range")},
		{`{"whole":555.1234}`, field("whole", "integer", "must be an integer")},
		{`{"real":"5551234"}`, field("real", "number", "must be a number")},
		{`{"real":5551234e99}`, field("real", "number", "must be a number within range")},
		{`{"flag":5551234}`, field("flag", "boolean", "must be a boolean")},
		{`{"when":"5551234"}`, field("when", "string", "must be an RFC 3339 time")},
		{`{"when":5551234}`, field("when", "", "has a value of the wrong form")},
		{`{"addr":5551234}`, field("addr", "string", "must be a string")},
		{`{"addr":"5551234"}`, field("addr", "", "has a value of the wrong form")},
		{`{"bytes":5551234}`, field("bytes", "string", "must be a string")},
		{`{"bytes":"-5551234-"}`, field("bytes", "", "has a value of the wrong form")},
		{`{"items":{"a":"5551234"}}`, field("items", "array", "must be an array")},
		{`{"items":[{},"5551234"]}`, field("items[1]", "object", "must be an object")},
		{`{"items":[{},{"price":"5551234"}]}`, field("items[1].price", "number", "must be a number")},
		{`{"ITEMS":[{"sku":5551234}]}`, field("items[0].sku", "string", "must be a string")},
		{`{"prices":{"EUR":1,"DM":"5551234"}}`, field("prices[DM]", "number", "must be a number")},
		{`{"deep":{"a":[null,{"email":5551234}]}}`, field("deep[a][1].email", "string", "must be a string")},
		{`{"email":5551234}`, field("email", "string", "must be a string")},
		{`{"quoted":5551234}`, field("", "string", "must be a string that holds a value of the right type")},
		{`{"picky":5551234}`, field("picky", "", "has a value of the wrong form")},
		{`{"Inner":{"sku":5551234}}`, field("Inner.sku", "string", "must be a string")},
		{`{"named":{"email":5551234}}`, field("named.email", "string", "must be a string")},
		{`{"Labels":["a",5551234]}`, field("Labels[1]", "string", "must be a string")},
		{`{"pair":[1,"5551234"]}`, field("pair[1]", "integer", "must be an integer")},
		{`{"Hidden":5551234,"text":5551234}`, field("text", "string", "must be a string")},
		{`{"quoted":"1","text":5551234}`, field("text", "string", "must be a string")},
		{`{"EMAIL":"5551234"}`, field("EMAIL", "integer", "must be an integer")},
		{`{"Ab":"5551234"}`, field("ab", "integer", "must be an integer")},
		{`{"nested":{"count":"5551234"}}`, field("nested", "", "has a value of the wrong form")},
		{`{"syntax":5551234}`, field("syntax", "", "has a value of the wrong form")},
		{`[5551234]`, field("", "object", "must be an object")},
		{`"5551234"`, field("", "object", "must be an object")},
	}
	for _, tt := range tests {
		t.Run(tt.data, func(t *testing.T) {
			t.Parallel()
			err := validate.Decode([]byte(tt.data), &everything{})
			if diff := cmp.Diff([]validate.FieldError{tt.want}, fieldsOf(t, err)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if strings.Contains(err.Error(), "555") {
				t.Errorf("the value shows in %q", err)
			}
			if errors.Unwrap(err) == nil {
				t.Error("the decoder's error is lost")
			}
		})
	}
}

func TestDecodeSyntax(t *testing.T) {
	t.Parallel()
	tests := []struct {
		data string
		want int64
	}{
		{"", 0},
		{"secret", 1},
		{`{"text":`, 8},
		{`{"text":"a"} secret`, 14},
		{`{}{}`, 3},
	}
	for _, tt := range tests {
		var got *validate.SyntaxError
		err := validate.Decode([]byte(tt.data), &everything{})
		if !errors.As(err, &got) || got.Offset != tt.want || strings.Contains(err.Error(), "secret") {
			t.Errorf("Decode(%q) = %v, want a SyntaxError at %d", tt.data, err, tt.want)
		}
	}
	if p := (&validate.SyntaxError{Offset: 3}).Problem(); p.Status != 400 || p.Detail != "invalid JSON at byte 3" {
		t.Errorf("Problem = %+v", p)
	}
}

func TestDecodeValidates(t *testing.T) {
	t.Parallel()
	var got everything
	err := validate.Decode([]byte(`{"email":"x","items":[{"sku":"a","price":1},{"sku":"b"}]}`), &got)
	if diff := cmp.Diff([]string{"email", "items[1].price"}, pathsOf(t, err)); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	if err := validate.Decode([]byte(`{"email":"a@example.com"}`), &everything{}); err != nil {
		t.Errorf("Decode = %v", err)
	}
	err = validate.Decode([]byte(`{}`), got)
	if _, ok := err.(*json.InvalidUnmarshalError); !ok { //nolint:errorlint // it is not wrapped
		t.Errorf("Decode into a struct = %T %v, want a json.InvalidUnmarshalError", err, err)
	}
}

type nest struct {
	List []nest `json:"list"`
	Leaf int    `json:"leaf"`
}

// The search for the place ends after a few levels; encoding/json knows the
// rest, without indexes.
func TestDecodeMismatchDeep(t *testing.T) {
	t.Parallel()
	data := strings.Repeat(`{"list":[`, 20) + `{"leaf":"x"}` + strings.Repeat(`]}`, 20)
	got := fieldsOf(t, validate.Decode([]byte(data), &nest{}))
	want := strings.Repeat("list[0].", 8) + strings.Repeat("list.", 12) + "leaf"
	if got[0].Path != want || got[0].Message != "must be an integer" {
		t.Errorf("got  %+v\nwant %s", got[0], want)
	}
}

// A field of the struct wins over one of an embedded struct, and an exact name
// over one in another case.
func TestDecodeMismatchEmbedded(t *testing.T) {
	t.Parallel()
	type Deep struct {
		Code string `json:"code"`
		Name string `json:"name"`
	}
	type Base struct {
		*Deep
		Code int `json:"CODE"`
	}
	type order struct {
		List []struct {
			Upper int `json:"NAME"`
			Base
			Code bool `json:"Code"`
		} `json:"list"`
	}
	for data, want := range map[string]string{
		`{"list":[{"name":1}]}`:   "list[0].name: must be a string",
		`{"list":[{"NAME":"a"}]}`: "list[0].NAME: must be an integer",
		`{"list":[{"code":1}]}`:   "list[0].code: must be a string",
		`{"list":[{"CODE":"a"}]}`: "list[0].CODE: must be an integer",
		`{"list":[{"Code":"a"}]}`: "list[0].Code: must be a boolean",
		`{"list":[{"cODE":1}]}`:   "list[0].code: must be a string",
	} {
		got := fieldsOf(t, validate.Decode([]byte(data), &order{}))
		if got := got[0].Path + ": " + got[0].Message; got != want {
			t.Errorf("%s: got %q, want %q", data, got, want)
		}
	}
	// A struct that embeds itself ends the search.
	got := fieldsOf(t, validate.Decode([]byte(`{"other":1,"Name":2}`), &Selfish{}))
	if got[0].Path != "Name" {
		t.Errorf("got %+v", got)
	}
}

type Selfish struct {
	*Selfish
	Name string
}

func TestConvertError(t *testing.T) {
	t.Parallel()
	decode := func(data string) error {
		dec := json.NewDecoder(strings.NewReader(data))
		dec.DisallowUnknownFields()
		return dec.Decode(&everything{})
	}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"type", decode(`{"items":[{"price":"secret"}]}`), "validation failed: items.price: must be a number"},
		{"time", decode(`{"when":"secret"}`), "validation failed: must be an RFC 3339 time"},
		{"time with fractions", func() error { _, err := time.Parse(time.RFC3339Nano, "secret"); return err }(), "validation failed: must be an RFC 3339 time"},
		{"no type", &json.UnmarshalTypeError{Value: "secret", Field: "a"}, "validation failed: a: must be a value"},
		{"date", func() error { _, err := time.Parse(time.DateOnly, "secret"); return err }(), "validation failed: must be a time in the form 2006-01-02"},
		{"quoted", decode(`{"quoted":"secret"}`), "validation failed: must be a string that holds a value of the right type"},
		{"unknown", decode(`{"extra":"secret"}`), "validation failed: extra: is not a known field"},
		{"syntax", decode(`{"text":secret}`), "invalid JSON at byte 9"},
		{"cut off", decode(`{"text":`), "invalid JSON: it is empty, or ends too soon"},
		{"empty", decode(""), "invalid JSON: it is empty, or ends too soon"},
		{"another", io.ErrClosedPipe, io.ErrClosedPipe.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := validate.ConvertError(tt.err); got == nil || got.Error() != tt.want {
				t.Errorf("got %v, want %q", got, tt.want)
			}
		})
	}
	if err := validate.ConvertError(nil); err != nil {
		t.Errorf("ConvertError(nil) = %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `[`, `{"items":[{"price":"a"}]}`, `{"when":"x"}`, `{"deep":{"a":[{"email":1}]}}`, `{"quoted":1}`, `{} {}`,
		`{"list":["a",{}]}`, `{"sizes":{"a":true}}`, `{"deep":"a"}`, `{"keys":["a"]}`, `{"rows":[{"code":[]}]}`, `{"byName":{"":[null]}}`, `{"kind":1}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := validate.Decode(data, &everything{})
		var field *validate.Error
		var syntax *validate.SyntaxError
		switch {
		case !json.Valid(data):
			if !errors.As(err, &syntax) || syntax.Offset > int64(len(data)) {
				t.Errorf("got %v, want a SyntaxError within %d bytes", err, len(data))
			}
		case err != nil && (!errors.As(err, &field) || len(field.Fields) == 0):
			t.Errorf("got %v, want an Error with fields", err)
		case err == nil && json.Unmarshal(data, &everything{}) != nil:
			t.Error("nil for data that does not fit")
		}
		// Data that chooses types is refused as data, never as a mistake.
		err = validate.Decode(data, &open{})
		if err != nil && !errors.As(err, &field) && !errors.As(err, &syntax) {
			t.Errorf("got %T %v, want an Error or a SyntaxError", err, err)
		}
	})
}
