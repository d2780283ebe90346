// Package shop is a small shop's services and events. The examples differ
// only in the web framework that they put in front of it.
package shop

import inngestkit "github.com/inngestkit/inngestkit/core"

// UserRegisteredData is a new user, as posted to /users.
type UserRegisteredData struct {
	UserID string `json:"userId"             validate:"required"`
	Email  string `json:"email"              validate:"required,email"`
	Name   string `json:"name"               validate:"required"`
	Source string `json:"registrationSource" validate:"required,oneof=web mobile api"`
}

// OrderData is an order, as posted to /orders.
type OrderData struct {
	OrderID  string `json:"orderId"  validate:"required"`
	UserID   string `json:"userId"   validate:"required"`
	Items    []Item `json:"items"    validate:"required,min=1,dive"`
	Total    Amount `json:"total"    validate:"gt=0"`
	Currency string `json:"currency" validate:"required,len=3"`
}

// Item is one line of an order.
type Item struct {
	ProductID string `json:"productId" validate:"required"`
	Quantity  int    `json:"quantity"  validate:"min=1"`
	Price     Amount `json:"price"     validate:"gt=0"`
}

// Amount is a sum of money in the order's currency.
type Amount float64

// OrderConfirmedData is about an order that was paid and reserved.
type OrderConfirmedData struct {
	OrderID   string `json:"orderId"   validate:"required"`
	PaymentID string `json:"paymentId" validate:"required"`
}

// OrderRefusedData is about an order that was refused.
type OrderRefusedData struct {
	OrderID string `json:"orderId" validate:"required"`
}

// The shop's events.
var (
	UserRegistered     = inngestkit.DefineEvent[UserRegisteredData]("user.registered")
	OrderCreated       = inngestkit.DefineEvent[OrderData]("order.created")
	OrderConfirmed     = inngestkit.DefineEvent[OrderConfirmedData]("order.confirmed")
	OrderOutOfStock    = inngestkit.DefineEvent[OrderRefusedData]("order.out-of-stock")
	OrderPaymentFailed = inngestkit.DefineEvent[OrderRefusedData]("order.payment-failed")
)
