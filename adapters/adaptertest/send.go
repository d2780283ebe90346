package adaptertest

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

func testSend(t *testing.T, a Adapter) {
	k := newKit(t, a, func(s *Setup) {
		s.Middleware = true
		s.Orders = func(send Send) ([]string, error) {
			return send(orderPlaced.New(order{ID: "b"}), orderPlaced.New(order{ID: "c"}), orderPlaced.New(order{ID: "a"}))
		}
	}, nil)
	r := k.do(http.MethodPost, OrdersPath, nil)
	equal(t, "status", r.status, http.StatusCreated)
	equal(t, "ids", parse[[]string](t, r.body), []string{"event of b", "event of c", "event of a"})
	name := orderPlaced.Name()
	equal(t, "events", k.inngest.received(t), []string{name + ` {"id":"b"}`, name + ` {"id":"c"}`, name + ` {"id":"a"}`})
}

func testNoMiddleware(t *testing.T, a Adapter) {
	var got error
	k := newKit(t, a, func(s *Setup) {
		s.Orders = func(send Send) ([]string, error) {
			ids, err := send(orderPlaced.New(order{ID: "a"}))
			got = err
			return ids, err
		}
	}, nil)
	r := k.do(http.MethodPost, OrdersPath, nil)
	equal(t, "status", r.status, http.StatusInternalServerError)
	if !errors.Is(got, inngestkit.ErrNoSender) || !strings.Contains(got.Error(), "Middleware(app)") {
		t.Errorf("Send returned %v, want ErrNoSender with the middleware's name", got)
	}
	equal(t, "events", k.inngest.received(t), nil)
}
