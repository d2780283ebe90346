package validate

import (
	"encoding/json"
	"net/http"
)

// ProblemContentType is the media type of a [Problem].
const ProblemContentType = "application/problem+json"

// blankType is RFC 9457's type for "the status code says it all".
const blankType = "about:blank"

// Problem is an RFC 9457 problem document. It is an http.Handler that answers
// with itself.
type Problem struct {
	// Type is a URI that names the kind of problem. Defaults to "about:blank".
	Type string `json:"type"`
	// Title says the kind of problem in words. Defaults to the status text.
	Title string `json:"title"`
	// Status is the HTTP status. Defaults to 500.
	Status int `json:"status"`
	// Detail says what is wrong this time. It is left out when empty.
	Detail string `json:"detail,omitempty"`
	// Errors lists the fields that are wrong. It is left out when empty.
	Errors []FieldError `json:"errors,omitempty"`
}

// ServeHTTP answers with the problem: headers, status, then the document,
// which a HEAD request does not get. It does not change p.
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
