package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// reachTimeout bounds the look at the app's own address.
const reachTimeout = 5 * time.Second

// maxInspection bounds the answer to an inspection, in bytes.
const maxInspection = 1 << 20

// Reach returns an error if something other than the app answers at the address
// of its webhook, or nothing answers there and the address is this machine's.
func (a *App) Reach(ctx context.Context, u *url.URL) error {
	if a.Settings.Rewired {
		return nil // the test kit serves no addresses
	}
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return fmt.Errorf("inngestkit: %w", err)
	}
	if a.Settings.SigningKey != "" {
		req.Header.Set(wire.HeaderSignature, signature.Sign(a.Settings.SigningKey, nil, time.Now()))
	}
	resp, err := a.Settings.HTTPClient.Do(req)
	if err != nil {
		return a.unreached(ctx, u, api.WithoutURL(err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.Header.Get(wire.HeaderSDK) == "" {
		return fmt.Errorf("inngestkit: GET %s was answered %s by something other than the app's webhook; sync the address that the webhook is mounted at", u.Redacted(), resp.Status)
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxInspection)) // an error leaves no id
	var seen wire.Inspection
	if json.Unmarshal(body, &seen) == nil && seen.PrivateInspection != nil && seen.AppID != "" && seen.AppID != a.Settings.AppID {
		return fmt.Errorf("inngestkit: the app %q answers at %s, not %q; sync the address that this app's webhook is mounted at", seen.AppID, u.Redacted(), a.Settings.AppID)
	}
	return nil
}

func (a *App) unreached(ctx context.Context, u *url.URL, err error) error {
	if ctx.Err() == nil && isLocal(u.Hostname()) {
		return fmt.Errorf("inngestkit: nothing answers at %s: %w; start the server before app.Sync", u.Redacted(), err)
	}
	a.Settings.Logger.Warn("inngestkit: the app's own address was not reached before the sync; Inngest may still reach it", "url", u.Redacted(), "error", err.Error())
	return nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
