package adapter_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
	"github.com/inngestkit/inngestkit/validate"
)

// TestProblemOfRequests has the errors of the standard library that the adapters'
// suite does not pass to a handler, and their words.
func TestProblemOfRequests(t *testing.T) {
	t.Parallel()
	_, float := strconv.ParseFloat("secret", 64)
	_, complexNumber := strconv.ParseComplex("secret", 64)
	_, boolean := strconv.ParseBool("secret")
	_, overflow := strconv.ParseInt("98765", 10, 8)
	_, floatOverflow := strconv.ParseFloat("98765e999", 64)
	_, unsigned := strconv.ParseUint("-98765", 10, 8)
	_, addrPort := netip.ParseAddrPort("secret")
	_, prefix := netip.ParsePrefix("secret")
	_, query := url.ParseQuery("a=%zz")
	_, semicolon := url.ParseQuery("a;b")
	_, _, media := mime.ParseMediaType("a/b; =secret")
	for name, c := range map[string]struct {
		err    error
		status int
		title  string
		detail string
	}{
		"a number":              {float, http.StatusUnprocessableEntity, "", "a value of the request must be a number"},
		"a complex number":      {complexNumber, http.StatusUnprocessableEntity, "", "a value of the request must be a number"},
		"a boolean":             {boolean, http.StatusUnprocessableEntity, "", "a value of the request must be a boolean"},
		"out of range":          {overflow, http.StatusUnprocessableEntity, "", "a value of the request must be an integer within range"},
		"a number out of range": {floatOverflow, http.StatusUnprocessableEntity, "", "a value of the request must be a number within range"},
		"unsigned":              {unsigned, http.StatusUnprocessableEntity, "", "a value of the request must be an integer"},
		"a time in JSON":        {json.Unmarshal([]byte(`{"t":98765}`), &struct{ T timeField }{}), http.StatusUnprocessableEntity, "", "a value of the request must be an RFC 3339 time"},
		"an address and a port": {addrPort, http.StatusUnprocessableEntity, "", "a value of the request must be a network address"},
		"a prefix":              {prefix, http.StatusUnprocessableEntity, "", "a value of the request must be a network address"},
		"an escape":             {query, http.StatusBadRequest, "The form cannot be read", "the query or the form is not encoded correctly"},
		"a semicolon":           {semicolon, http.StatusBadRequest, "The form cannot be read", "the query or the form is not encoded correctly"},
		"too many parameters":   {errors.New("number of URL query parameters exceeded limit"), http.StatusBadRequest, "The form cannot be read", "the query or the form is not encoded correctly"},
		"a header of a part":    {textproto.ProtocolError("malformed MIME header: secret"), http.StatusBadRequest, "The form cannot be read", "the multipart form is malformed, or ends too soon"},
		"an end of a form":      {fmt.Errorf("multipart: NextPart: %w", io.EOF), http.StatusBadRequest, "The form cannot be read", "the multipart form is malformed, or ends too soon"},
		"no multipart form":     {http.ErrNotMultipart, http.StatusBadRequest, "The form cannot be read", "the Content-Type must be multipart/form-data with a boundary"},
		"no boundary":           {http.ErrMissingBoundary, http.StatusBadRequest, "The form cannot be read", "the Content-Type must be multipart/form-data with a boundary"},
		"a media type":          {media, http.StatusBadRequest, "The request cannot be read", "the Content-Type is malformed"},
		"a file":                {http.ErrMissingFile, http.StatusBadRequest, "The form lacks a file", ""},
		"a cookie":              {http.ErrNoCookie, http.StatusBadRequest, "The request lacks a cookie", ""},
		"XML":                   {xml.Unmarshal([]byte("<a>\n</secret>"), new(string)), http.StatusBadRequest, "The body is not valid XML", "invalid XML at line 2"},
		"another element": {xml.Unmarshal([]byte("<secret></secret>"), &struct {
			XMLName xml.Name `xml:"order"`
		}{}), http.StatusUnprocessableEntity, "", "the XML has another element than expected"},
		"XML's encoding": {xml.Unmarshal([]byte(`<?xml version="1.0" encoding="secret"?><a/>`), new(string)), http.StatusBadRequest, "The body is not valid XML", "the XML declaration names an unsupported encoding or version"},
		"XML's version":  {xml.Unmarshal([]byte(`<?xml version="98765"?><a/>`), new(string)), http.StatusBadRequest, "The body is not valid XML", "the XML declaration names an unsupported encoding or version"},
		"an end of JSON": {io.EOF, http.StatusBadRequest, "The body is not valid JSON", "invalid JSON: it is empty, or ends too soon"},
	} {
		wrapped := fmt.Errorf("reading the order: %w", c.err)
		for how, err := range map[string]error{"": c.err, ", wrapped": wrapped} {
			p, known := adapter.Problem(err)
			title := c.title
			if title == "" {
				title = http.StatusText(c.status)
			}
			if !known || p.Type != "about:blank" || p.Status != c.status || p.Title != title || p.Detail != c.detail || len(p.Errors) != 0 {
				t.Errorf("%s%s: the document of %v is %+v", name, how, err, p)
			}
		}
	}
}

// timeField reads itself as a time.Time does.
type timeField struct{}

func (*timeField) UnmarshalJSON([]byte) error {
	return errors.New("Time.UnmarshalJSON: input is not a JSON string")
}

// TestProblemOfEvents has the errors of sending win over those that they wrap.
func TestProblemOfEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		status int
		says   string
	}{
		"a flush":    {&inngestkit.FlushError{Err: io.EOF}, http.StatusServiceUnavailable, "The request's events could not be sent"},
		"an event":   {&inngestkit.EventError{Index: 1, Err: inngestkit.ErrEventTooLarge}, http.StatusUnprocessableEntity, "event 1"},
		"a send":     {&inngestkit.SendError{Retriable: true, Err: io.ErrUnexpectedEOF}, http.StatusServiceUnavailable, "The event could not be sent"},
		"a refusal":  {&inngestkit.SendError{Status: http.StatusUnauthorized}, http.StatusInternalServerError, ""},
		"a 4xx send": {&inngestkit.SendError{Err: teapot{}}, http.StatusInternalServerError, ""},
	} {
		p, known := adapter.Problem(fmt.Errorf("placing the order: %w", c.err))
		if !known || p.Status != c.status || !strings.Contains(p.Detail, c.says) || p.Title == "" {
			t.Errorf("%s: the document is %+v", name, p)
		}
		if !adapter.IsReported(c.err) {
			t.Errorf("%s is not an error about an event", name)
		}
	}
	for name, err := range map[string]error{"a body": io.EOF, "a number": number("bad"), "JSON": json.Unmarshal([]byte("{"), new(order)), "any": errors.New("no"), "none": nil} {
		if adapter.IsReported(err) {
			t.Errorf("%s is an error about an event", name)
		}
	}
	if !adapter.IsReported(orderPlaced.Validate(order{})) {
		t.Error("an invalid event is not an error about an event")
	}
}

type teapot struct{}

func (teapot) Error() string   { return "short and stout" }
func (teapot) StatusCode() int { return http.StatusTeapot }

// TestCarriedStatus has a status of 4xx kept, with the fields if there are some.
func TestCarriedStatus(t *testing.T) {
	t.Parallel()
	p, known := adapter.Problem(fmt.Errorf("brewing: %w", teapot{}))
	if !known || p.Status != http.StatusTeapot || p.Title != "I'm a teapot" || p.Detail != "" || p.Errors != nil {
		t.Errorf("the document is %+v", p)
	}
	p, _ = adapter.Problem(errors.Join(teapot{}, orderPlaced.Validate(order{})))
	if p.Status != http.StatusTeapot || p.Detail != "validation failed" || len(p.Errors) != 1 || p.Errors[0].Path != "id" {
		t.Errorf("the document with fields is %+v", p)
	}
}

func TestClientError(t *testing.T) {
	t.Parallel()
	cause := errors.New("secret")
	fields := []adapter.FieldError{{Path: "id", Rule: "type", Message: "must be an integer"}}
	for name, c := range map[string]struct {
		err  *adapter.ClientError
		want validate.Problem
		text string
	}{
		"zero":        {&adapter.ClientError{}, validate.Problem{Title: "Bad Request", Status: http.StatusBadRequest}, "Bad Request"},
		"of a cause":  {&adapter.ClientError{Err: cause}, validate.Problem{Title: "Bad Request", Status: http.StatusBadRequest}, "secret"},
		"of a status": {&adapter.ClientError{Status: http.StatusConflict}, validate.Problem{Title: "Conflict", Status: http.StatusConflict}, "Conflict"},
		"of a title":  {&adapter.ClientError{Title: "No"}, validate.Problem{Title: "No", Status: http.StatusBadRequest}, "No"},
		"of a detail": {&adapter.ClientError{Title: "No", Detail: "never", Fields: fields}, validate.Problem{Title: "No", Status: http.StatusBadRequest, Detail: "never", Errors: fields}, "never"},
		"of fields":   {&adapter.ClientError{Fields: fields}, validate.Problem{Title: "Bad Request", Status: http.StatusBadRequest, Detail: "validation failed", Errors: fields}, "Bad Request"},
	} {
		c.want.Type = "about:blank"
		p, known := adapter.Problem(fmt.Errorf("binding: %w", c.err))
		if !known || fmt.Sprintf("%+v", *p) != fmt.Sprintf("%+v", c.want) || c.err.Error() != c.text || errors.Unwrap(c.err) != c.err.Err { //nolint:errorlint // the very error
			t.Errorf("%s: the document is %+v, want %+v, and the text is %q", name, *p, c.want, c.err)
		}
	}
}

func TestElements(t *testing.T) {
	t.Parallel()
	each := func(errs map[int]error, order ...int) error {
		return adapter.Elements(func(yield func(int, error) bool) {
			for _, i := range order {
				if !yield(i, errs[i]) {
					return
				}
			}
		})
	}
	invalid, other := orderPlaced.Validate(order{}), errors.New("no disk space")
	errs := map[int]error{-1: invalid, 0: json.Unmarshal([]byte(`{"id":3}`), new(order)), 2: invalid, 3: other}
	var got *validate.Error
	if err := each(errs, -1, 0, 2); !errors.As(err, &got) || len(got.Fields) != 3 || got.Fields[0].Path != "id" || got.Fields[1].Path != "[0].id" || got.Fields[2].Path != "[2].id" {
		t.Errorf("the elements' errors are %v", err)
	}
	if err := each(errs, 2, 3, 0); !errors.Is(err, other) {
		t.Errorf("with another error they are %v", err)
	}
}

func TestIsJSON(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"malformed": {json.Unmarshal([]byte("{"), new(order)), true},
		"a type":    {json.Unmarshal([]byte(`{"id":3}`), new(order)), true},
		"a rule":    {orderPlaced.Validate(order{}), true},
		"an end":    {io.EOF, true},
		"a number":  {number("bad"), false},
		"any":       {errors.New("no disk space"), false},
	} {
		if got := adapter.IsJSON(c.err); got != c.want {
			t.Errorf("%s: IsJSON is %t", name, got)
		}
	}
}
