package expr_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
)

func TestMissingFields(t *testing.T) {
	t.Parallel()
	event := json.RawMessage(`{"data":{"orderId":"o1","nothing":null}}`)
	for expression, want := range map[string][]string{
		`event.data.orderId == async.data.orderId`:                              nil,
		`event.data.orderID == async.data.orderId`:                              {"event.data.orderID"},
		`async.data.orderId == event.data.order.id && async.data.ok == true`:    {"event.data.order.id"},
		`event.data.nothing == async.data.orderId`:                              nil,
		`event.data.orderID == "o1"`:                                            nil,
		`event.data.orderID == async.data.a || event.data.b == async.data["b"]`: {"event.data.b", "event.data.orderID"},
		`this is (no expression`:                                                nil,
	} {
		if diff := cmp.Diff(want, expr.MissingFields(expression, event)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", expression, diff)
		}
	}
}
