package adaptertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/validate"
)

// testBind expects the same document from the binding of every framework.
func testBind(t *testing.T, a Adapter) {
	k := newKit(t, a, func(s *Setup) { s.Middleware = true }, nil)
	for _, c := range []struct {
		body   string
		status int
		fields []string
	}{
		{`{"email":"ada@example.com","lines":[{"quantity":1}]}`, http.StatusNoContent, nil},
		{`{"email":"not-an-address","lines":[{"quantity":1},{"quantity":0}]}`, http.StatusUnprocessableEntity, []string{"email: email", "lines[1].quantity: min"}},
		{`{"email":3}`, http.StatusUnprocessableEntity, []string{"email: type"}},
		{`{"email":`, http.StatusBadRequest, nil},
	} {
		r := k.do(http.MethodPost, BindPath, strings.NewReader(c.body), "Content-Type", "application/json")
		if !a.LooseJSON || r.status != http.StatusBadRequest {
			equal(t, "status for "+c.body, r.status, c.status)
		}
		if c.status == http.StatusNoContent {
			continue
		}
		equal(t, "content type for "+c.body, r.header.Get("Content-Type"), validate.ProblemContentType)
		if !a.LooseJSON {
			equal(t, "fields for "+c.body, fieldsOf(parse[validate.Problem](t, r.body)), c.fields)
		}
		if strings.Contains(r.body, "not-an-address") {
			t.Errorf("the answer quotes the request: %s", r.body)
		}
	}
}

// fieldsOf returns the fields of a problem with the rules that they broke.
func fieldsOf(p validate.Problem) []string {
	var fields []string
	for _, f := range p.Errors {
		fields = append(fields, f.Path+": "+f.Rule)
	}
	return fields
}
