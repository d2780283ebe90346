package inngestkit

import (
	"encoding/json"
	"net/http"
	"time"
)

// Health is what an app knows of itself. It holds no key, no URL and none of
// the server's words, so it may be shown to anybody. Its JSON is stable:
// fields may be added, none is renamed. It is an http.Handler that answers
// with itself.
type Health struct {
	// Ready says whether the app takes calls: it is configured and is not
	// draining.
	Ready bool `json:"ready"`
	// Configured is false in cloud mode without a signing key, which refuses
	// every call.
	Configured bool `json:"configured"`
	// Draining says that Shutdown was called.
	Draining bool `json:"draining"`
	// Mode is the app's mode.
	Mode Mode `json:"mode"`
	// Functions counts the registered functions, failure handlers included.
	Functions int `json:"functions"`
	// InFlight counts the requests that the webhook is answering.
	InFlight int `json:"inFlight"`
	// LastSync is the last sync since the process started, or nil.
	LastSync *SyncHealth `json:"lastSync"`
}

// SyncHealth is how a sync ended.
type SyncHealth struct {
	// Time is when it ended.
	Time time.Time `json:"time"`
	// Error is the kind of failure, or "". The log has the whole error.
	Error string `json:"error,omitempty"`
}

// Health says how the app is. It is safe for concurrent use and does no I/O.
func (a *App) Health() Health {
	inFlight, draining := a.life.state()
	configured := a.settings.dev() || a.settings.SigningKey != ""
	return Health{
		Ready: configured && !draining, Configured: configured, Draining: draining,
		Mode: a.settings.Mode, Functions: len(a.sorted()), InFlight: inFlight, LastSync: a.lastSync.Load(),
	}
}

// ServeHTTP answers with the health as JSON: 200 when ready, else 503.
func (h Health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := json.Marshal(h) // plain values always marshal
	status := http.StatusOK
	if !h.Ready {
		status = http.StatusServiceUnavailable
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// synced notes how a sync ended, failed by this kind of failure or "".
func (a *App) synced(failed string) {
	a.lastSync.Store(&SyncHealth{Time: time.Now().UTC(), Error: failed})
}

func (l *lifecycle) state() (inFlight int, draining bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.work.Calls, l.draining
}
