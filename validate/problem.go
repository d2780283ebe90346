package validate

import (
	"encoding/json"
	"net/http"
)

// ProblemContentType is the media type of a [Problem].
const ProblemContentType = "application/problem+json"

// blankType is RFC 9457's type for a problem that its status explains.
const blankType = "about:blank"

// Problem is an RFC 9457 problem document, and an [http.Handler] that answers
// with it. [Error.Problem] and [SyntaxError.Problem] return one. Do not change
// it once it is shared: any number of goroutines may serve it.
type Problem struct {
	// Type is a URI for the kind of problem. Defaults to "about:blank".
	Type string `json:"type"`
	// Title names the kind of problem in words. Defaults to the status text.
	Title string `json:"title"`
	// Status is the HTTP status. Defaults to 500.
	Status int `json:"status"`
	// Detail explains this occurrence. If it is empty, the document omits it.
	Detail string `json:"detail,omitempty"`
	// Errors has the fields that broke a rule. If it is empty, the document
	// omits it.
	Errors []FieldError `json:"errors,omitempty"`
}

// ServeHTTP writes the problem as the response. The answer to a HEAD request
// has no body. It does not change p.
func (p *Problem) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	doc := *p
	if doc.Type == "" {
		doc.Type = blankType
	}
	if doc.Status == 0 {
		doc.Status = http.StatusInternalServerError
	}
	if doc.Title == "" {
		doc.Title = http.StatusText(doc.Status)
	}
	body, _ := json.Marshal(doc) // strings and a number: it cannot fail

	header := w.Header()
	header.Set("Content-Type", ProblemContentType)
	w.WriteHeader(doc.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
