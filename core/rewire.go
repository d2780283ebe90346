package inngestkit

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/signature"
)

var _ = seam.Provide(seam.Core{Rewire: rewire, Describe: describe, Caller: caller, WithSteps: withSteps})

var errRewired = errors.New("the app is under another test's control")

// rewire puts an app into the hands of the test kit. Everything that was taken
// from the app before, such as its Sender or its handler, follows.
func rewire(app any, w seam.Wiring) (seam.App, error) {
	a, ok := app.(*App)
	if !ok || a == nil {
		return seam.App{}, errors.New("the app is nil")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rewired {
		return seam.App{}, errRewired
	}
	own := a.settings
	if err := a.use(own.rewired(w), true); err != nil {
		return seam.App{}, err
	}
	described := a.described()
	described.Restore = func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		_ = a.use(own, false) // it worked before
	}
	return described, nil
}

// rewired are the settings of an app under test. What a server would be asked
// to keep between steps is not checkpointed: that goes round the transport.
func (s *settings) rewired(w seam.Wiring) *settings {
	r := *s
	r.HTTPClient, r.ownClient = &http.Client{Transport: w.Transport}, false
	r.APIBaseURL, r.EventAPIBaseURL = w.BaseURL, w.BaseURL
	r.Checkpoint, r.GuardSteps = nil, true
	r.SendRetry.InitialDelay, r.SendRetry.MaxDelay = time.Microsecond, time.Microsecond
	if w.Dev {
		r.Mode, r.SigningKey, r.SigningKeyFallback, r.signingHash = ModeDev, "", "", ""
	}
	if r.SigningKey == "" && !r.dev() {
		r.SigningKey = w.SigningKey
		r.signingHash, _ = signature.HashKey(r.SigningKey)
	}
	if r.EventKey == "" {
		r.EventKey = w.EventKey
	}
	if r.defaultLogger && w.Logger != nil {
		r.Logger = w.Logger
	}
	return &r
}

// use changes the settings of an app that has been made. The caller holds the
// lock.
func (a *App) use(s *settings, rewired bool) error {
	if err := a.client.SetOptions(clientOptions(s)); err != nil {
		return err
	}
	a.settings, a.rewired = s, rewired
	a.sender.url = sendURL(s)
	for _, f := range a.functions {
		if err := f.connect(); err != nil {
			return err
		}
	}
	return nil
}

func describe(app any) seam.App {
	a, ok := app.(*App)
	if !ok || a == nil {
		return seam.App{}
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.described()
}

func (a *App) described() seam.App {
	d := seam.App{ID: a.settings.AppID, Dev: a.settings.dev(), SigningKey: a.settings.SigningKey}
	if len(a.routes) > 0 {
		d.Route = a.routes[0]
	}
	return d
}

func caller(ctx context.Context) (seam.Caller, bool) {
	c := callFrom(ctx)
	if c == nil {
		return seam.Caller{}, false
	}
	return seam.Caller{FunctionID: c.fn.spec.opts.ID, RunID: c.meta.RunID}, true
}
