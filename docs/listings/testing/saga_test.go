package testing_test

import (
	"testing"

	"github.com/inngestkit/inngestkit/docs/listings/testing/shop"
	"github.com/inngestkit/inngestkit/inngesttest"
)

func TestTrip(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Trigger(shop.TripRequested.New(shop.TripData{TripID: "t1"})).
		RequireCompleted().
		RequireSteps("book-flight", "book-hotel", "book-car")
}

func TestTripIsCancelled(t *testing.T) {
	t.Parallel()
	env := inngesttest.New(t, newShop(t))
	env.Step("book-car").Fails(shop.ErrAway) // at every attempt

	run := env.Trigger(shop.TripRequested.New(shop.TripData{TripID: "t1"}))

	run.RequireFailed("away")
	run.RequireSteps("book-flight", "book-hotel", "book-car", "cancel-hotel", "cancel-flight")
}
