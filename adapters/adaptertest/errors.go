package adaptertest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
	"github.com/inngestkit/inngestkit/validate"
)

// statusError is an error that carries a status.
type statusError struct {
	status int
	error
}

func (e statusError) StatusCode() int { return e.status }

func (e statusError) Unwrap() error { return e.error }

// errorKinds returns errors that a handler passes to the error verb, with the
// status of the answer. An error that quotes anything quotes "secret".
func errorKinds() map[string]struct {
	err    error
	status int
	says   string // part of the answer
} {
	_, number := strconv.Atoi("secret")
	_, duration := time.ParseDuration("5secret")
	_, text := hex.DecodeString("secret")
	_, odd := hex.DecodeString("abc")
	_, base := base64.StdEncoding.DecodeString("!secret")
	_, addr := netip.ParseAddr("secret")
	_, _, network := net.ParseCIDR("secret")
	_, unzipped := gzip.NewReader(strings.NewReader("secret body that is not gzip"))
	invalid := orderPlaced.Validate(order{Note: "secret"})
	return map[string]struct {
		err    error
		status int
		says   string
	}{
		"a deadline":                  {fmt.Errorf("secret: %w", context.DeadlineExceeded), http.StatusGatewayTimeout, "too long"},
		"a deadline of a connection":  {&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, http.StatusGatewayTimeout, "too long"},
		"a context that was canceled": {context.Canceled, http.StatusInternalServerError, ""},
		"a send that timed out":       {&inngestkit.SendError{Retriable: true, Err: context.DeadlineExceeded}, http.StatusServiceUnavailable, "Inngest"},
		"a 409":                       {fmt.Errorf("secret: %w", statusError{http.StatusConflict, errors.New("secret")}), http.StatusConflict, "Conflict"},
		"a 409 about an event":        {statusError{http.StatusConflict, invalid}, http.StatusConflict, `"path":"id"`},
		"a 302":                       {statusError{http.StatusFound, errors.New("secret")}, http.StatusInternalServerError, ""},
		"a 503":                       {statusError{http.StatusServiceUnavailable, errors.New("secret")}, http.StatusInternalServerError, ""},
		"a body limit":                {fmt.Errorf("secret: %w", &http.MaxBytesError{Limit: 10}), http.StatusRequestEntityTooLarge, "10 bytes"},
		"a form's limit":              {multipart.ErrMessageTooLarge, http.StatusRequestEntityTooLarge, "too large"},
		"a form above 10 MB":          {errors.New("http: POST too large"), http.StatusRequestEntityTooLarge, "too large"},
		"a file that is missing":      {http.ErrMissingFile, http.StatusBadRequest, "file"},
		"a cookie that is missing":    {http.ErrNoCookie, http.StatusBadRequest, "cookie"},
		"a form without a body":       {errors.New("missing form body"), http.StatusBadRequest, "body"},
		"bad compression":             {unzipped, http.StatusBadRequest, "compressed"},
		"bad chunks":                  {errors.New("malformed chunked encoding"), http.StatusBadRequest, "chunks"},
		"a bad media type":            {errors.New("mime: expected token after slash"), http.StatusBadRequest, "Content-Type"},
		"no JSON":                     {json.Unmarshal([]byte(`{"secret"`), new(any)), http.StatusBadRequest, "JSON"},
		"JSON of another type":        {json.Unmarshal([]byte(`{"id":["secret"]}`), new(order)), http.StatusUnprocessableEntity, `"path":"id"`},
		"no XML":                      {xml.Unmarshal([]byte(`<secret`), new(string)), http.StatusBadRequest, "line 1"},
		"an event that is invalid":    {invalid, http.StatusUnprocessableEntity, `"path":"id"`},
		"a number":                    {number, http.StatusUnprocessableEntity, "must be an integer"},
		"a duration":                  {duration, http.StatusUnprocessableEntity, "must be a duration"},
		"hexadecimal":                 {text, http.StatusUnprocessableEntity, "must be hexadecimal"},
		"hexadecimal of odd length":   {odd, http.StatusUnprocessableEntity, "must be hexadecimal"},
		"Base64":                      {base, http.StatusUnprocessableEntity, "must be Base64"},
		"an address":                  {addr, http.StatusUnprocessableEntity, "must be a network address"},
		"a network":                   {network, http.StatusUnprocessableEntity, "must be a network address"},
		"an adapter's own":            {&adapter.ClientError{Status: http.StatusUnsupportedMediaType, Detail: "send JSON", Err: errors.New("secret")}, http.StatusUnsupportedMediaType, "send JSON"},
		"an adapter's own, bare":      {&adapter.ClientError{}, http.StatusBadRequest, "Bad Request"},
		"a writer's":                  {http.ErrNotSupported, http.StatusInternalServerError, ""},
		"a pipe's":                    {io.ErrClosedPipe, http.StatusInternalServerError, ""},
		"a file's":                    {os.ErrNotExist, http.StatusInternalServerError, ""},
		"the target's":                {&json.InvalidUnmarshalError{Type: reflect.TypeFor[order]()}, http.StatusInternalServerError, ""},
		"the application's":           {errors.New("secret"), http.StatusInternalServerError, ""},
	}
}

// testErrorKinds passes each kind of error to the error verb.
func testErrorKinds(t *testing.T, a Adapter) {
	for name, kind := range errorKinds() {
		k := handled(t, a, func(http.ResponseWriter, *http.Request) error { return kind.err })
		r := k.do(http.MethodPost, HandledPath, nil)
		equal(t, name+": status", r.status, kind.status)
		equal(t, name+": content type", r.header.Get("Content-Type"), validate.ProblemContentType)
		equal(t, name+": status in the document", parse[validate.Problem](t, r.body).Status, kind.status)
		if !strings.Contains(r.body, kind.says) || strings.Contains(r.body, "secret") {
			t.Errorf("%s: the answer is %s, want it to say %q", name, r.body, kind.says)
		}
	}
}

// testClientGone lets the client leave while its request is in progress. The access
// log gets the status 499, and no body is written.
func testClientGone(t *testing.T, a Adapter) {
	var logged atomic.Int32
	ctx, leave := context.WithCancel(t.Context())
	k := newKit(t, a, func(s *Setup) {
		s.Middleware, s.Foreign, s.Logged = true, AccessLog, func(status int) { logged.Store(int32(status)) }
		s.Handle = func(_ http.ResponseWriter, r *http.Request) error {
			if _, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"})); err != nil {
				return err
			}
			leave()
			<-r.Context().Done()
			return fmt.Errorf("asking the database: %w", r.Context().Err())
		}
	}, nil)
	w := httptest.NewRecorder()
	w.Body = new(bytes.Buffer)
	k.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, HandledPath, nil))
	equal(t, "logged", logged.Load(), adapter.StatusClientGone)
	equal(t, "answer", w.Body.String(), "")
	equal(t, "events", k.inngest.received(t), nil)
}
