package adaptertest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/validate"
)

// Values is the target of the binders. The target of the binder "slice" is a list
// of Bound.
type Values struct {
	Number int8          `codec:"number" form:"number" header:"X-Number" json:"number" param:"number" query:"number" toml:"number" uri:"number" xml:"number" yaml:"number"`
	Count  uint8         `codec:"count"  form:"count"  header:"X-Count"  json:"count"  param:"count"  query:"count"  toml:"count"  uri:"count"  xml:"count"  yaml:"count"`
	Flag   bool          `codec:"flag"   form:"flag"   header:"X-Flag"   json:"flag"   param:"flag"   query:"flag"   toml:"flag"   uri:"flag"   xml:"flag"   yaml:"flag"`
	Amount float32       `codec:"amount" form:"amount" header:"X-Amount" json:"amount" param:"amount" query:"amount" toml:"amount" uri:"amount" xml:"amount" yaml:"amount"`
	When   time.Time     `codec:"when"   form:"when"   header:"X-When"   json:"when"   param:"when"   query:"when"   toml:"when"   uri:"when"   xml:"when"   yaml:"when"`
	Wait   time.Duration `codec:"wait"   form:"wait"   header:"X-Wait"   json:"wait"   param:"wait"   query:"wait"   toml:"wait"   uri:"wait"   xml:"wait"   yaml:"wait"`
	Own    Own           `codec:"own"    form:"own"    header:"X-Own"    json:"own"    param:"own"    query:"own"    toml:"own"    uri:"own"    xml:"own"    yaml:"own"`
	List   []int         `codec:"list"   form:"list"   header:"X-List"   json:"list"   param:"list"   query:"list"   toml:"list"   uri:"list"   xml:"list"   yaml:"list"`
	Bytes  []byte        `codec:"bytes"  json:"bytes"  toml:"bytes"      yaml:"bytes"`
}

// Own reads its own text. Its error has no type and quotes the text.
type Own struct{ text string }

// UnmarshalText fails for a text that contains "secret".
func (o *Own) UnmarshalText(text []byte) error {
	if o.text = string(text); strings.Contains(o.text, "secret") {
		return errors.New("it holds " + o.text)
	}
	return nil
}

// UnmarshalParam is UnmarshalText for Gin and Echo.
func (o *Own) UnmarshalParam(text string) error { return o.UnmarshalText([]byte(text)) }

// mistake is a request with a client's mistake, and the answer to it.
type mistake struct {
	binder  string
	request string // the body, or one parameter: "number=secret"
	status  int
	fields  string // in the answer, with their rules
}

// mistakes holds a table for each framework.
var mistakes = map[string][]mistake{"gin": ginMistakes, "echo": echoMistakes, "nethttp": nethttpMistakes}

// noBoundary is a multipart form whose Content-Type does not name its boundary.
const noBoundary = "a form without its boundary"

// contentTypes are those of the binders that read a body.
var contentTypes = map[string]string{
	"json": "application/json", "slice": "application/json", "xml": "application/xml", "yaml": "application/yaml", "toml": "application/toml",
	"msgpack": "application/msgpack", "bson": "application/bson", "form": "application/x-www-form-urlencoded",
	"multipart": "multipart/form-data; boundary=x",
}

// make makes the mistake.
func (m mistake) make(k *kit) reply {
	name, value, parameter := strings.Cut(m.request, "=")
	path, body, headers := ReadPath+"/"+m.binder, m.request, []string{"Content-Type", contentTypes[m.binder]}
	switch {
	case m.binder == "query", m.binder == "value":
		path, body = path+"?"+m.request, ""
	case m.binder == "uri":
		path, body = path+"/"+value, ""
	case m.binder == "header":
		headers, body = append(headers, "X-"+name, value), ""
	case m.request == noBoundary:
		headers[1] = "multipart/form-data"
	case m.binder == "multipart" && parameter:
		body = "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n--x--\r\n"
	}
	return k.do(http.MethodPost, path, strings.NewReader(body), headers...)
}

// testRead makes all mistakes in the framework's table.
func testRead(t *testing.T, a Adapter) {
	if mistakes[a.Framework] == nil {
		t.Skipf("there is no table of mistakes for %s", a.Framework)
	}
	k := newKit(t, a, func(s *Setup) { s.Middleware = true }, nil)
	for _, m := range mistakes[a.Framework] {
		what := m.binder + " of " + m.request[:min(len(m.request), 50)]
		loose := a.LooseJSON && (m.binder == "json" || m.binder == "slice")
		r := m.make(k)
		if !loose {
			equal(t, what+": status", r.status, m.status)
		} else if r.status != http.StatusBadRequest && r.status != http.StatusUnprocessableEntity && r.status != http.StatusNoContent {
			t.Errorf("%s: status %d, want 400, 422, or 204 from a decoder that takes it", what, r.status)
		}
		if r.status == http.StatusNoContent {
			continue
		}
		equal(t, what+": content type", r.header.Get("Content-Type"), validate.ProblemContentType)
		p := parse[validate.Problem](t, r.body)
		equal(t, what+": status in the document", p.Status, r.status)
		if !loose {
			equal(t, what+": fields", strings.Join(fieldsOf(p), ", "), m.fields)
		}
		for _, sent := range []string{"secret", "98765"} {
			if strings.Contains(r.body, sent) {
				t.Errorf("%s: the answer quotes the request: %s", what, r.body)
			}
		}
	}
}

// testReadTooMuch exceeds the limit of http.MaxBytesHandler with each kind of body.
func testReadTooMuch(t *testing.T, a Adapter) {
	const limit = 100
	k := newKit(t, around(a, func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, limit) }), func(s *Setup) { s.Middleware = true }, nil)
	long := strings.Repeat("secret", limit)
	for binder, body := range map[string]string{
		"json": `{"own":"` + long + `"}`, "slice": `[{"email":"` + long + `"}]`, "xml": "<Values><own>" + long, "yaml": "own: " + long, "toml": "own = '" + long + "'",
		"msgpack": "\x81\xa5bytes\xda\x02\x58" + long, "bson": long, "form": "own=" + long, "multipart": "own=" + long,
	} {
		if slices.Contains(a.Binders, binder) {
			r := mistake{binder: binder, request: body}.make(k)
			equal(t, binder+": status", r.status, http.StatusRequestEntityTooLarge)
			equal(t, binder+": content type", r.header.Get("Content-Type"), validate.ProblemContentType)
		}
	}
}
