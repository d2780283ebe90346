package testing_test

import (
	"testing"

	"github.com/inngestkit/inngestkit/docs/listings/testing/shop"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestOrder(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("charge-card").Fails(shop.ErrAway).Times(2)
	env.Step("charge-card").Returns(shop.Payment{ID: "p1"})

	run := env.Trigger(shop.OrderCreated.New(shop.OrderData{OrderID: "o1", Total: 9.5}))

	if got := inngesttest.Output[string](run); got != "confirmed" {
		t.Errorf("the order is %s", got)
	}
	inngesttest.RequireSent(env, shop.OrderConfirmed, func(d shop.ConfirmedData) bool { return d.PaymentID == "p1" })
}

func TestOrderOutOfStock(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("check-inventory").Returns(false)

	run := env.Trigger(shop.OrderCreated.New(shop.OrderData{OrderID: "o1", Total: 9.5}))

	run.RequireCompleted().RequireNoStep("charge-card")
	inngesttest.RequireNotSent(env, shop.OrderConfirmed)
}
