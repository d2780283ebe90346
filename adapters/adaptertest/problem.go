package adaptertest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/inngestkit/inngestkit/validate"
)

// problem sends an order that fails, and returns the answer, a problem document
// with the status.
func problem(t *testing.T, k *kit, status int) validate.Problem {
	t.Helper()
	r := k.do(http.MethodPost, OrdersPath, nil)
	equal(t, "status", r.status, status)
	equal(t, "content type", r.header.Get("Content-Type"), validate.ProblemContentType)
	p := parse[validate.Problem](t, r.body)
	equal(t, "status in the document", p.Status, status)
	equal(t, "type in the document", p.Type, "about:blank")
	return p
}

func testInvalidEvent(t *testing.T, a Adapter) {
	k := newKit(t, a, func(s *Setup) {
		s.Middleware = true
		s.Orders = func(send Send) ([]string, error) {
			ids, err := send(orderPlaced.New(order{ID: "a"}), orderPlaced.New(order{Note: "secret"}))
			return ids, fmt.Errorf("placing the order: %w", err)
		}
	}, nil)
	p := problem(t, k, http.StatusUnprocessableEntity)
	var paths []string
	for _, field := range p.Errors {
		paths = append(paths, field.Path)
	}
	equal(t, "paths", paths, []string{"events[1].id"})
	equal(t, "events", k.inngest.received(t), nil)
}

func testUnreachable(t *testing.T, a Adapter) {
	for name, away := range map[string]func(*inngest){
		"refuses connections": func(i *inngest) { i.server.Close() },
		"hangs up": func(i *inngest) {
			i.server.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		},
		"is overloaded": func(i *inngest) {
			i.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, a, func(s *Setup) {
				s.Middleware = true
				s.Orders = func(send Send) ([]string, error) { return send(orderPlaced.New(order{ID: "a"})) }
			}, nil)
			away(k.inngest)
			problem(t, k, http.StatusServiceUnavailable)
		})
	}
}

func testUnknownError(t *testing.T, a Adapter) {
	k := newKit(t, a, func(s *Setup) {
		s.Orders = func(Send) ([]string, error) { return nil, errors.New("secret: the database is down") }
		s.Middleware = true
	}, nil)
	p := problem(t, k, http.StatusInternalServerError)
	if strings.Contains(fmt.Sprint(p), "database") {
		t.Errorf("the answer reveals the error: %+v", p)
	}
}
