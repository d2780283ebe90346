package inngesttest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

type OrderData struct {
	OrderID string `json:"orderId" validate:"required"`
}

type Payment struct{ ID string }
type Receipt struct{ Payment, User string }

var (
	OrderCreated   = inngestkit.DefineEvent[OrderData]("order.created")
	OrderConfirmed = inngestkit.DefineEvent[OrderData]("order.confirmed")
	Reserved       = inngestkit.DefineEvent[OrderData]("inventory.reserved")
)

func orderFn() inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "process-order"}, OrderCreated.Trigger(),
		func(ctx context.Context, in inngestgo.Input[OrderData]) (any, error) {
			user, err := step.Run(ctx, "fetch-user", func(context.Context) (string, error) { return "ada", nil })
			if err != nil {
				return nil, err
			}
			p, err := step.Run(ctx, "charge-card", func(context.Context) (Payment, error) { return Payment{"real"}, nil })
			if err != nil {
				return nil, err
			}
			if _, err := Reserved.Wait(ctx, "reserved", 24*time.Hour, inngestkit.If("event.data.orderId == async.data.orderId")); err != nil {
				return nil, err
			}
			step.Sleep(ctx, "cool-down", 72*time.Hour)
			_, err = OrderConfirmed.Send(ctx, "confirm", in.Event.Data)
			return Receipt{p.ID, user}, err
		})
}

func TestIssue(t *testing.T) {
	t.Parallel()
	env := inngesttest.NewFunctions(t, orderFn())
	env.Step("charge-card").Returns(Payment{ID: "p1"})
	env.Step("fetch-user").Fails(errors.New("gone")).Times(2)
	run := env.Trigger(OrderCreated.New(OrderData{OrderID: "o1"}))
	run.RequireWaiting("reserved")
	env.Send(Reserved.New(OrderData{OrderID: "o1"}))
	env.Advance(72 * time.Hour)
	run.RequireCompleted()
	out := inngesttest.Output[Receipt](run)
	if out.Payment != "p1" || out.User != "ada" {
		t.Error(out)
	}
	inngesttest.RequireSent(env, OrderConfirmed, func(d OrderData) bool { return d.OrderID == "o1" })
	t.Log(run.Timeline())
}
