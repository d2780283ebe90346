package inngestkit

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Handler returns the app's webhook: Inngest calls functions by POST, syncs the
// app by PUT and inspects it by GET; any other method is answered 405. It may
// be mounted at any path and needs the request's body unread. The adapters'
// Mount does all that. It is safe for concurrent use.
func (a *App) Handler() http.Handler { return a.must("Handler").Handler("nethttp", "") }

// Sync registers the app with Inngest under the given URL of its webhook, as a
// deploy script would by a PUT on it. [Config.ServeOrigin] and
// [Config.ServePath] win over the URL's own. The error quotes the server's
// answer, or says that it cannot be reached. It is also an error if something
// other than the app answers at the URL; if nothing answers there, as when a
// public address cannot be reached from inside, only the log says so, unless
// the address is this machine's.
func (a *App) Sync(ctx context.Context, webhookURL string) error {
	if err := a.whole("Sync"); err != nil {
		return err
	}
	u, err := url.Parse(webhookURL)
	if err != nil || u.Host == "" {
		return fmt.Errorf("inngestkit: %q is not the URL of a webhook; write one such as http://127.0.0.1:8080/api/inngest", webhookURL)
	}
	if err := a.in.Webhook.Reach(ctx, u); err != nil {
		return err
	}
	_, err = a.in.Webhook.Register(ctx, a.in.Webhook.ReportedURL(*u), "", "", a.in.Framework())
	return err
}
