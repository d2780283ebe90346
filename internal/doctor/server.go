package doctor

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// serverTimeout bounds the request to the server, which is on this machine.
const serverTimeout = 2 * time.Second

// ServerApp is an app in the list of a dev server of this module, at
// GET /dev/apps.
type ServerApp struct {
	// URL is the app's endpoint, without its password.
	URL string `json:"url"`
	// App is the app's id, empty if it has not registered.
	App string `json:"app"`
	// From says how the server learned the URL.
	From string `json:"from"`
	// CheckedAt is the time of the latest sync by the server, or zero.
	CheckedAt time.Time `json:"checkedAt,omitzero"`
	// SyncedAt is the time of the latest registration, or zero.
	SyncedAt time.Time `json:"syncedAt,omitzero"`
	// Reason says why the latest sync failed, or names a problem of an app that
	// has synced, and the fix. It is nil if all is well.
	Reason *Finding `json:"reason,omitempty"`
}

// Synced reports whether the app has synced, even if it has a problem.
func (a ServerApp) Synced() bool {
	return !a.SyncedAt.IsZero() && (a.Reason == nil || a.Reason.OfSynced())
}

// OfSynced reports whether a server's finding is about an app that has synced.
func (f *Finding) OfSynced() bool {
	return f.Code == CodeDuplicateApp || f.Code == CodeDuplicateFunction || f.Code == CodeNoFunctions
}

// askServer adds the problems that the server sees and the app does not: another
// app of the same id, a function of another app with the same id, a refused
// registration. Other servers than ours have no such list.
func (e *examination) askServer(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, min(serverTimeout, time.Until(e.deadline)))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(e.Server, "/")+"/dev/apps", http.NoBody)
	if err != nil {
		return
	}
	res, err := e.Transport.RoundTrip(req)
	if err != nil {
		return
	}
	defer res.Body.Close()
	var apps []ServerApp
	if res.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(&apps) != nil {
		return
	}
	for _, app := range apps {
		if app.Reason == nil || !SameEndpoint(app.URL, e.report.URL) && !e.named(app.App) {
			continue
		}
		switch app.Reason.Code {
		case CodeDuplicateApp, CodeDuplicateFunction, CodeRegistration:
			e.found(*app.Reason)
		}
	}
}

// named reports whether the app has said that its id is this one.
func (e *examination) named(id string) bool {
	return id != "" && e.report.App != nil && e.report.App.ID == id
}
