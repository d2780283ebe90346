package adapter_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/core/adapter"
	"github.com/inngestkit/inngestkit/validate"
)

func number(s string) error { _, err := strconv.Atoi(s); return err }

func moment(s string) error { _, err := time.Parse(time.DateOnly, s); return err }

func duration(s string) error { _, err := time.ParseDuration(s); return err }

// TestAnswerNamesTheParameter looks for a value in every part of a request.
func TestAnswerNamesTheParameter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		target, pattern, contentType, body, header string
		path                                       map[string]string
		err                                        error
		want                                       string // the path of the field
	}{
		"a query":                  {target: "/?page=bad&size=2", err: number("bad"), want: "page"},
		"a list":                   {target: "/?ids=1,bad,3", err: number("bad"), want: "ids"},
		"a list with spaces":       {target: "/?ids=1+bad%7C3", err: number("bad"), want: "ids"},
		"a repeated parameter":     {target: "/?id=1&id=bad", err: number("bad"), want: "id"},
		"one with spaces around":   {target: "/?page=+bad+", err: number("bad"), want: "page"},
		"a part of a value":        {target: "/?page=abad", err: number("bad")},
		"two with the value":       {target: "/?page=bad&size=bad", err: number("bad")},
		"none with the value":      {target: "/?page=1", err: number("bad")},
		"an empty value":           {target: "/?page=", err: number("")},
		"a form":                   {target: "/", contentType: "application/x-www-form-urlencoded", body: "page=bad", err: number("bad"), want: "page"},
		"a multipart form":         {target: "/", contentType: "multipart/form-data; boundary=x", body: "--x\r\nContent-Disposition: form-data; name=\"page\"\r\n\r\nbad\r\n--x--\r\n", err: number("bad"), want: "page"},
		"a header":                 {target: "/", header: "bad", err: number("bad"), want: "X-Page"},
		"a header and a query":     {target: "/?page=bad", header: "bad", err: number("bad")},
		"the path":                 {target: "/orders/bad/x", pattern: "/orders/{id}/{rest...}", err: number("bad"), want: "id"},
		"the rest of the path":     {target: "/orders/1/bad", pattern: "/orders/{id}/{rest...}", err: number("bad"), want: "rest"},
		"the path's end":           {target: "/orders/bad/", pattern: "POST /orders/{id}/{$}", err: number("bad"), want: "id"},
		"the router's own path":    {target: "/", path: map[string]string{"id": "bad", "other": "1"}, err: number("bad"), want: "id"},
		"a time":                   {target: "/?on=bad&to=1", err: moment("bad"), want: "on"},
		"a duration":               {target: "/?wait=bad", err: duration("bad"), want: "wait"},
		"a duration's unit":        {target: "/?wait=5bad", err: duration("5bad"), want: "wait"},
		"XML":                      {target: "/?page=bad", contentType: "application/xml", err: number("bad")},
		"an error about no value":  {target: "/?page=bad", err: errors.New("bad")},
		"an error about more":      {target: "/?page=bad", err: errors.Join(errors.New("saving"), number("bad")), want: "page"},
		"an error that has a path": {target: "/?page=bad", err: json.Unmarshal([]byte(`{"id":3}`), new(order)), want: "id"},
	} {
		mux := http.NewServeMux()
		pattern := c.pattern
		if pattern == "" {
			pattern = "/"
		}
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseMultipartForm(1 << 20) // some requests have no form
			adapter.Answer(w, r, c.err, c.path)
		})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, c.target, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.contentType)
		if c.header != "" {
			r.Header.Set("X-Page", c.header)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		var p validate.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(p.Errors) == 1 {
			got = p.Errors[0].Path
		}
		if got != c.want || c.want != "" && p.Status != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "bad") {
			t.Errorf("%s: the answer is %d %s, want the field %q", name, w.Code, w.Body, c.want)
		}
	}
}

// TestAnswerFindsALimit answers an error of a decoder that keeps the one of
// http.MaxBytesReader to itself.
func TestAnswerFindsALimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		size, status int
		err          error
	}{
		"above the limit":           {11, http.StatusRequestEntityTooLarge, io.ErrUnexpectedEOF},
		"up to the limit":           {10, http.StatusBadRequest, io.ErrUnexpectedEOF},
		"above, with another error": {11, http.StatusInternalServerError, errors.New("no disk space")},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(strings.Repeat("x", c.size)))
		r.Body = http.MaxBytesReader(w, r.Body, 10)
		_, _ = io.ReadAll(r.Body)
		adapter.Answer(w, r, c.err, nil)
		if w.Code != c.status {
			t.Errorf("%s: answered %d, want %d", name, w.Code, c.status)
		}
	}
	// Any other body is left alone: reading it could wait for the client.
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	r.Body = io.NopCloser(untouchable{t})
	if adapter.Answer(w, r, io.EOF, nil); w.Code != http.StatusBadRequest {
		t.Errorf("answered %d", w.Code)
	}
}

type untouchable struct{ t *testing.T }

func (u untouchable) Read([]byte) (int, error) {
	u.t.Error("the body is read")
	return 0, io.EOF
}

func TestClientGone(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	late, done := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer done()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want bool
	}{
		"gone":               {canceled, context.Canceled, true},
		"gone, wrapped":      {canceled, errors.Join(errors.New("asking"), context.Canceled), true},
		"gone, other error":  {canceled, errors.New("no disk space"), false},
		"there":              {t.Context(), context.Canceled, false},
		"a deadline":         {late, context.DeadlineExceeded, false},
		"canceled, and late": {late, context.Canceled, false},
	} {
		r := httptest.NewRequestWithContext(c.ctx, http.MethodGet, "/", nil)
		if got := adapter.ClientGone(r, c.err); got != c.want {
			t.Errorf("%s: ClientGone is %t", name, got)
		}
		w := httptest.NewRecorder()
		adapter.Answer(w, r, c.err, nil)
		if gone := w.Code == adapter.StatusClientGone && w.Body.Len() == 0; gone != c.want {
			t.Errorf("%s: answered %d %s", name, w.Code, w.Body)
		}
	}
}
