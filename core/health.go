package inngestkit

import (
	"encoding/json"
	"net/http"
	"time"
)

// Health is the state of an app at one moment. It holds no key, no URL and no
// message of the server, so it may be shown to anybody. Its JSON is stable:
// fields may be added, none is renamed.
type Health struct {
	// Ready reports whether the app takes calls: it is configured and is not
	// draining.
	Ready bool `json:"ready"`
	// Configured is false in cloud mode without a signing key, which refuses
	// every call, or without an event key, which cannot send, unless the app is
	// [Config.ReceiveOnly].
	Configured bool `json:"configured"`
	// Draining reports whether Shutdown was called.
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

// Health returns the app's state now. It is safe for concurrent use and does no
// I/O.
func (a *App) Health() Health {
	in := a.must("Health")
	inFlight, draining := in.Life.State()
	configured := in.Settings.Keyed()
	return Health{
		Ready: configured && !draining, Configured: configured, Draining: draining,
		Mode: Mode(in.Settings.Mode), Functions: len(in.Functions()), InFlight: inFlight,
		LastSync: (*SyncHealth)(in.Webhook.LastSync()),
	}
}

// HealthHandler returns a readiness endpoint. It answers each request with the
// app's [Health] at that moment as JSON: 200 while the app takes calls, and 503
// while it is draining or not configured. Give it to a load balancer, so that
// it stops sending requests here during a shutdown.
func (a *App) HealthHandler() http.Handler {
	a.must("HealthHandler")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := a.Health()
		status := http.StatusOK
		if !h.Ready {
			status = http.StatusServiceUnavailable
		}
		answerJSON(w, r, status, h)
	})
}

// LivenessHandler returns a liveness endpoint. It answers 200 as long as the
// process answers requests, also while the app is draining or not configured:
// a restart would help neither.
func (a *App) LivenessHandler() http.Handler {
	a.must("LivenessHandler")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, r, http.StatusOK, struct {
			Live bool `json:"live"`
		}{true})
	})
}

func answerJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, _ := json.Marshal(v) // plain values always marshal
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
