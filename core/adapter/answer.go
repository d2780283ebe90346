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

// Answer answers a request with the [Problem] of an error. If [ClientGone] reports
// that the client left, it writes only the status [StatusClientGone].
//
// An error about a value of the path, the query, a form or a header often does
// not name the parameter. The document then names the parameter that has the
// value, unless several have it. The map path holds the router's parameters of
// the path. It may be nil: Answer finds those of net/http itself.
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

// exceeded reports whether a limit of [http.MaxBytesReader] has cut the body off.
// Some decoders do not return that error. An empty read returns it again, and
// consumes nothing.
func exceeded(r *http.Request) bool {
	if fmt.Sprintf("%T", r.Body) != "*http.maxBytesReader" {
		return false
	}
	_, err := r.Body.Read(nil)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	return tooLarge
}
