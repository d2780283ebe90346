package inngestkit_test

import (
	"fmt"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type orderData struct {
	OrderID string  `json:"orderId" validate:"required"`
	Total   float64 `json:"total"   validate:"gt=0"`
}

var orderCreated = inngestkit.DefineEvent[orderData]("test/order.created")

func TestRegisterAddsAllOrNone(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{})
	unnamed := inngestkit.NewFunction(inngestgo.FunctionOpts{}, inngestgo.EventTrigger("test/started", nil), one)
	if err := h.app.Register(fn(one), unnamed); err == nil {
		t.Fatal("a function without an id was registered")
	}
	if n := len(h.app.Registered()); n != 0 {
		t.Errorf("%d functions were registered in spite of the error", n)
	}
	if err := h.app.Register(fn(one)); err != nil {
		t.Error(err)
	}
}

func TestFunctionsAreSorted(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{})
	for i := 9; i >= 0; i-- {
		f := inngestkit.NewFunction(inngestgo.FunctionOpts{ID: fmt.Sprint("fn-", i)}, inngestgo.EventTrigger("test/started", nil), one)
		if err := h.app.Register(f); err != nil {
			t.Fatal(err)
		}
	}
	for i, f := range h.app.Registered() {
		if want := fmt.Sprint("fn-", i); f.ID() != want {
			t.Errorf("function %d is %s, want %s", i, f.ID(), want)
		}
	}
}
