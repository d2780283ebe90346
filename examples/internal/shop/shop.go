package shop

import (
	"crypto/rand"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// New makes the shop's app. An empty devServerURL takes the mode from
// INNGEST_DEV.
func New(devServerURL string) (*inngestkit.App, error) {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: devServerURL})
	if err != nil {
		return nil, err
	}
	if err := app.Register(Users{}, Orders{}); err != nil {
		return nil, err
	}
	return app, nil
}

// NewID makes the id of a new user or order.
func NewID() string { return rand.Text() }
