package application

import (
	"errors"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/signature"
)

var errRewired = errors.New("the app is under another test's control")

// Rewire puts the app under the control of a test kit. Everything taken from
// the app before, such as its Sender or its handler, follows: it all reads
// the same settings, which change in place.
func (a *App) Rewire(w seam.Wiring) (seam.App, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.Settings.Rewired {
		return seam.App{}, errRewired
	}
	own := *a.Settings
	if err := a.use(rewired(own, w)); err != nil {
		return seam.App{}, err
	}
	described := a.describe()
	described.Restore = func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		_ = a.use(own) // it worked before
	}
	return described, nil
}

// rewired returns the settings of an app under test.
func rewired(s settings.Settings, w seam.Wiring) settings.Settings {
	s.Rewired = true
	s.HTTPClient, s.OwnClient = &http.Client{Transport: w.Transport}, false
	s.APIBaseURL, s.EventAPIBaseURL = w.BaseURL, w.BaseURL
	s.Checkpoint = nil
	s.SendRetry.InitialDelay, s.SendRetry.MaxDelay = time.Microsecond, time.Microsecond
	if w.Dev {
		s.Mode, s.SigningKey, s.SigningKeyFallback, s.SigningHash = settings.Dev, "", "", ""
	}
	if s.SigningKey == "" && !s.Dev() {
		s.SigningKey = w.SigningKey
		s.SigningHash, _ = signature.HashKey(s.SigningKey)
	}
	if s.EventKey == "" {
		s.EventKey = w.EventKey
	}
	if s.DefaultLogger && w.Logger != nil {
		s.Logger = w.Logger
	}
	return s
}

// use changes the settings of an app that has been made. The caller holds the
// lock, and no call runs meanwhile.
func (a *App) use(s settings.Settings) error {
	*a.Settings = s
	if err := a.Client.SetOptions(a.clientOptions()); err != nil {
		return err
	}
	for _, f := range a.functions {
		if err := f.Connect(); err != nil {
			return err
		}
	}
	return nil
}

// Describe returns the facts about the app that a test kit needs.
func (a *App) Describe() seam.App {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.describe()
}

func (a *App) describe() seam.App {
	d := seam.App{ID: a.Settings.AppID, Dev: a.Settings.Dev(), SigningKey: a.Settings.SigningKey}
	if len(a.routes) > 0 {
		d.Route = a.routes[0]
	}
	return d
}
