package adapter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// StatusClientGone is the status, for access logs, of a request whose client
// left before it was answered.
const StatusClientGone = 499

// ClientGone reports whether err says that the request's context ended because
// the client left.
func ClientGone(r *http.Request, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(r.Context().Err(), context.Canceled)
}

// Answer answers a request with the [Problem] of an error. If [ClientGone], it
// writes only the status [StatusClientGone].
//
// Errors about a value of the path, the query, a form or a header often do not
// name it. The document then names the parameter with that value, unless
// several have it. Pass the router's parameters of the path as path; those of
// net/http are found without.
func Answer(w http.ResponseWriter, r *http.Request, err error, path map[string]string) {
	if ClientGone(r, err) {
		w.WriteHeader(StatusClientGone)
		return
	}
	p, _ := Problem(named(err, r, path))
	if p.Status == http.StatusBadRequest && exceeded(r) {
		p = tooLargeBody(0).problem()
	}
	p.ServeHTTP(w, r)
}

// exceeded reports whether a limit of [http.MaxBytesReader] cut the body off:
// some decoders keep that error to themselves. An empty read gives it again,
// and reads nothing.
func exceeded(r *http.Request) bool {
	if fmt.Sprintf("%T", r.Body) != "*http.maxBytesReader" {
		return false
	}
	_, err := r.Body.Read(nil)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	return tooLarge
}
