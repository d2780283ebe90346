// Package shop is the application that the listings of docs/testing.md test, with a
// function for each pattern of the guide.
package shop

import (
	"context"
	"errors"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// OrderData is an order.
type OrderData struct {
	OrderID string  `json:"orderId" validate:"required"`
	Total   float64 `json:"total"   validate:"gt=0"`
}

// ConfirmedData is about an order that was paid.
type ConfirmedData struct {
	OrderID   string `json:"orderId"   validate:"required"`
	PaymentID string `json:"paymentId" validate:"required"`
}

// TripData is a trip to book.
type TripData struct {
	TripID string `json:"tripId" validate:"required"`
}

// UserData is a user.
type UserData struct {
	UserID string `json:"userId" validate:"required"`
}

// CampaignData is a mailing to several users.
type CampaignData struct {
	UserIDs []string `json:"userIds" validate:"required,min=1"`
}

// The shop's events.
var (
	OrderCreated     = inngestkit.DefineEvent[OrderData]("shop/order.created")
	OrderConfirmed   = inngestkit.DefineEvent[ConfirmedData]("shop/order.confirmed")
	TripRequested    = inngestkit.DefineEvent[TripData]("shop/trip.requested")
	UserSignedUp     = inngestkit.DefineEvent[UserData]("shop/user.signed-up")
	ProfileCompleted = inngestkit.DefineEvent[UserData]("shop/profile.completed")
	ReminderDue      = inngestkit.DefineEvent[UserData]("shop/reminder.due")
	CampaignStarted  = inngestkit.DefineEvent[CampaignData]("shop/campaign.started")
)

// Payment is the payment of a charged card.
type Payment struct{ ID string }

// Times and sizes of the shop's functions.
const (
	Night         = 24 * time.Hour
	ReminderAfter = 24 * time.Hour
	BatchSize     = 2
	BatchPause    = time.Minute
)

// ErrAway is the error of a service that is away.
var ErrAway = errors.New("the service is away")

// Services are the services that the shop uses. Each field defaults to a service
// that is away.
type Services struct {
	// Charge charges a card.
	Charge func(ctx context.Context, o OrderData) (Payment, error)
	// Mail sends a mail to a user.
	Mail func(ctx context.Context, user, text string) error
}

// New creates the shop's app.
func New(c inngestkit.Config, s Services) (*inngestkit.App, error) {
	c.AppID = "shop"
	app, err := inngestkit.New(c)
	if err != nil {
		return nil, err
	}
	if s.Charge == nil {
		s.Charge = func(context.Context, OrderData) (Payment, error) { return Payment{}, ErrAway }
	}
	if s.Mail == nil {
		s.Mail = func(context.Context, string, string) error { return ErrAway }
	}
	err = app.Register(orders(s), trips{}, onboarding(s), reports{}, campaigns(s))
	return app, err
}
