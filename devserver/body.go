package devserver

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
	"unicode/utf8"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Bounds of request bodies. The bound for events is one byte above the engine's,
// so that the engine's error names the limit.
const (
	maxEventBody      = wire.MaxRequestBytes + 1
	maxRegisterBody   = 16 << 20
	maxCheckpointBody = wire.MaxStateBytes + 1<<20
)

// bodyTimeout is how long a request's body may take to arrive.
const bodyTimeout = 10 * time.Second

// withBodyTimeout bounds the time that a request's body takes, even if no
// handler reads it. A timeout of the whole server would also end long answers.
func (s *Server) withBodyTimeout(next http.Handler) http.Handler {
	timeout := cmp.Or(s.cfg.bodyTimeout, bodyTimeout)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeout))
		}
		next.ServeHTTP(w, r)
	})
}

// readBody reads a body of at most limit bytes. If it returns false, it has
// answered with an error.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	body, status, err := bodyOf(w, r, limit)
	if err != nil {
		writeError(w, status, err.Error())
		return nil, false
	}
	return body, true
}

// bodyOf returns a body, or the status and the error for the answer. Bytes that
// are not valid UTF-8 are replaced, as by the official dev server: no reader of
// JSON accepts them.
func bodyOf(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, status int, err error) {
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close")
		return nil, http.StatusRequestTimeout, errors.New("the request's body did not arrive in time")
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the request is too large: at most %d MiB are accepted", large.Limit>>20)
	case err != nil:
		return nil, http.StatusBadRequest, errors.New("the request could not be read")
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // the answer may take longer
	if !utf8.Valid(body) {
		body = bytes.ToValidUTF8(body, []byte("\ufffd"))
	}
	return body, http.StatusOK, nil
}

// decode decodes a JSON object. Its errors name JSON's types, not Go's.
func decode(body []byte, v any) error {
	err := json.Unmarshal(body, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Field == "":
		return errors.New("it must be a JSON object, not a JSON " + wrong.Value)
	}
	return errors.New(wrong.Field + " cannot be a JSON " + wrong.Value)
}
