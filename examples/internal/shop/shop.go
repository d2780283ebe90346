package shop

import (
	"crypto/rand"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// New creates the shop's app. Shops that share a dev server need different ids.
func New(id, devServerURL string) (*inngestkit.App, error) {
	app, err := inngestkit.New(inngestkit.Config{AppID: id, DevServerURL: devServerURL})
	if err != nil {
		return nil, err
	}
	if err := app.Register(Users{}, Orders{}); err != nil {
		return nil, err
	}
	return app, nil
}

// NewID returns an id for a new user or order.
func NewID() string { return rand.Text() }
