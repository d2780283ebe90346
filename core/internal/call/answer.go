package call

import (
	"encoding/json"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Answer is the answer to a request of the Inngest server.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Failure is an answer that Inngest retries.
func Failure(status int, name, message string) *Answer {
	return &Answer{Status: status, Header: http.Header{wire.HeaderNoRetry: {"false"}}, Body: errorBody(wire.CallError{Name: name, Message: message})}
}

// permanent is an answer that Inngest does not retry (SDK specification
// 4.4.3).
func permanent(name, message string) *Answer {
	a := Failure(http.StatusBadRequest, name, message)
	a.Header.Set(wire.HeaderNoRetry, "true")
	return a
}

func errorBody(e wire.CallError) []byte {
	b, _ := json.Marshal(e) // strings always marshal
	return b
}
