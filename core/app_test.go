package inngestkit_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type orderData struct {
	OrderID string  `json:"orderId" validate:"required"`
	Total   float64 `json:"total" validate:"gt=0"`
}

var orderCreated = inngestkit.DefineEvent[orderData]("test/order.created")

func TestSmoke(t *testing.T) {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		t.Fatal(err)
	}
	err = app.Register(inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "process"}, orderCreated.Trigger(),
		func(ctx context.Context, in inngestgo.Input[orderData]) (any, error) {
			return step.Run(ctx, "a", func(ctx context.Context) (string, error) { return in.Event.Data.OrderID, nil })
		}))
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{
		`{"event":{"name":"test/order.created","data":{"orderId":"o1","total":1}},"events":[{"name":"test/order.created","data":{"orderId":"o1","total":1}}],"steps":{},"ctx":{"run_id":"r","attempt":0,"fn_id":"00000000-0000-0000-0000-000000000000"}}`,
		`{"event":{"name":"test/order.created","data":{"orderId":"o1","total":1}},"events":[{"name":"test/order.created","data":{"orderId":"o1","total":1}}],"steps":{"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8":{"data":"o1"}},"ctx":{"run_id":"r","attempt":0,"fn_id":"00000000-0000-0000-0000-000000000000"}}`,
		`{"event":{"name":"test/order.created","data":{"orderId":"","total":1}},"ctx":{}}`,
		`{"event":{"name":"test/order.created","data":{"orderId":3,"total":1}},"ctx":{}}`,
	} {
		r := httptest.NewRequest(http.MethodPost, "/?fnId=shop-process&stepId=step", strings.NewReader(body))
		w := httptest.NewRecorder()
		app.Handler().ServeHTTP(w, r)
		t.Log(w.Code, w.Header(), w.Body.String())
	}
	w := httptest.NewRecorder()
	app.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	t.Log(w.Code, w.Body.String())
}
