package inngestkit

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/inngest/inngestgo/middleware"
	"github.com/inngest/inngestgo/pkg/checkpoint"

	"github.com/inngestkit/inngestkit/core/internal/settings"
)

// Mode says which kind of Inngest server an app works with
// (SDK specification 7).
type Mode string

// Modes. The zero Mode takes INNGEST_DEV.
const (
	// ModeCloud is Inngest Cloud or a self-hosted server: every call must be
	// signed.
	ModeCloud Mode = "cloud"
	// ModeDev is a dev server: signatures are not checked.
	ModeDev Mode = "dev"
)

// Defaults of Config.
const (
	// DefaultDevServerURL is the dev server's address when only the mode is
	// given: http://127.0.0.1:8288.
	DefaultDevServerURL = settings.DevServerURL
	// DefaultAPIBaseURL is Inngest Cloud's API, https://api.inngest.com.
	DefaultAPIBaseURL = settings.APIBaseURL
	// DefaultEventAPIBaseURL is Inngest Cloud's event API, https://inn.gs.
	DefaultEventAPIBaseURL = settings.EventAPIBaseURL
	// DefaultMaxBodyBytes bounds the body of one call: 16 MiB. Inngest sends about
	// 4 MiB of events and steps with a call at most, and the app fetches larger
	// states; a server with larger events sends each twice in a call.
	DefaultMaxBodyBytes = settings.MaxBodyBytes
)

// Config configures an App. Every field has a useful zero value; those that
// name a variable take it from the environment, once, in New. A value given
// here wins over the environment.
type Config struct {
	// AppID names the app to Inngest and is part of every function's full id
	// ("<app>-<function>"). Defaults to INNGEST_APP_ID. Required.
	AppID string

	// AppVersion is reported to Inngest on sync. Defaults to the VCS revision
	// that the binary was built from, if there is one.
	AppVersion string

	// Mode is cloud or dev. Defaults to INNGEST_DEV: empty, "0", "false" and
	// "off" are cloud; "1", "true" and "on" are dev with the default server;
	// a URL is dev with that server.
	Mode Mode

	// DevServerURL is the dev server to use; setting it means ModeDev.
	// Defaults to the URL in INNGEST_DEV, or DefaultDevServerURL.
	DevServerURL string

	// Env is the Inngest branch environment. Defaults to INNGEST_ENV.
	Env string

	// EventKey authenticates sending. Defaults to INNGEST_EVENT_KEY. A dev
	// server needs none.
	EventKey string

	// SigningKey authenticates calls, syncs and API requests. Defaults to
	// INNGEST_SIGNING_KEY. In cloud mode every call is refused without it.
	SigningKey string

	// SigningKeyFallback is tried after SigningKey, so that a key can be
	// rotated. Defaults to INNGEST_SIGNING_KEY_FALLBACK.
	SigningKeyFallback string

	// BaseURL sets both APIBaseURL and EventAPIBaseURL, for self-hosted
	// servers. Defaults to INNGEST_BASE_URL.
	BaseURL string

	// APIBaseURL is where apps are synced and state is fetched. Defaults to
	// INNGEST_API_BASE_URL, then BaseURL, then the mode's server.
	APIBaseURL string

	// EventAPIBaseURL is where events are sent. Defaults to
	// INNGEST_EVENT_API_BASE_URL, then BaseURL, then the mode's server.
	EventAPIBaseURL string

	// ServeOrigin is the scheme and host under which Inngest reaches the app,
	// such as "https://shop.example.com". It changes only the reported address.
	// Defaults to INNGEST_SERVE_ORIGIN, then INNGEST_SERVE_HOST, then the
	// origin of the sync request.
	ServeOrigin string

	// ServePath is the webhook's path as Inngest reaches it. It changes only the
	// reported address. Defaults to INNGEST_SERVE_PATH, then the path of the
	// sync request.
	ServePath string

	// TrustForwardedHost takes the host, and the prefix that a gateway cut off
	// the path, from X-Forwarded-Host and X-Forwarded-Prefix, or from Forwarded
	// (RFC 7239), of a sync request. Set it only behind a proxy that overwrites
	// these headers: anyone else who can write them decides where Inngest
	// calls. ServeOrigin and ServePath win. Defaults to false: such headers
	// change nothing. X-Forwarded-Proto is believed either way, but turns https
	// into http only with trust.
	TrustForwardedHost bool

	// AllowUnsignedSync lets an unsigned PUT sync the app in cloud mode, so
	// that a deploy script can trigger it without the key. Defaults to
	// INNGEST_ENABLE_UNAUTHED_SYNC, which turns it on where it is true.
	// Dev mode always allows it.
	AllowUnsignedSync bool

	// Strict turns the warnings of New into errors, and refuses to send
	// untyped events whose name the app does not know. Defaults to false.
	Strict bool

	// Events are definitions that the app knows beside those of its functions'
	// triggers, so that untyped events with their names are validated too. List
	// the events that the app only sends. Defaults to none.
	Events []Definition

	// CallTimeout bounds one call of a function, from the decoded request to
	// its answer. A call that exceeds it is answered with a retriable error.
	// Defaults to no limit beyond the request's own. [WithCallTimeout] of a
	// function wins.
	CallTimeout time.Duration

	// ReceiveOnly says that the app sends no events: New does not warn of a
	// missing event key, and readiness needs none. Defaults to false.
	ReceiveOnly bool

	// DrainDelay is how long [App.Shutdown] goes on taking calls after it has
	// made the app unready: long enough for a load balancer to notice, which is
	// its probe's period times the failures that it wants. A call that comes
	// later is answered 503, which Inngest retries, except for functions with
	// Retries: 0. Defaults to 0.
	DrainDelay time.Duration

	// NoStepGuard turns the step guard off, in every mode. The guard notices a
	// step that a function takes in a goroutine that it started or inside another
	// step, and answers the call with an error that says so. Without it the first
	// ends the process, and the second repeats work. It costs about 4 µs for the
	// first step of a call, and less than 1 µs for each later step
	// (BenchmarkGuard). Set it for an adopted app whose nested steps must go on
	// working. Defaults to false: the guard is on.
	NoStepGuard bool

	// MaxBodyBytes bounds the body of one call, and of the state that the app
	// fetches for one, in bytes. Unverified requests together take no more memory
	// than 64 MiB or twice this limit, beside 64 KiB each. Defaults to
	// [DefaultMaxBodyBytes], and 100 MiB for a fetched state.
	MaxBodyBytes int64

	// SendRetry says how sending is retried. See [RetryPolicy] for its defaults.
	SendRetry RetryPolicy

	// Checkpoint is the checkpointing of functions that set none. Only
	// presets that lose no finished step are allowed: checkpoint.ConfigSafe.
	// Defaults to nil, no checkpointing.
	Checkpoint *checkpoint.Config

	// SDKMiddleware is inngestgo middleware, run for every call in the order
	// given. Defaults to none. With middleware that transforms input, events
	// are validated after it has run.
	SDKMiddleware []func() middleware.Middleware

	// HTTPClient makes every request of the app. Defaults to a client with its
	// own connections and a timeout of 10 s a request.
	HTTPClient *http.Client

	// AllowUntestedSDK turns the error for a version of inngestgo that behaves
	// otherwise than the tested one into a warning. New makes a few calls to the
	// SDK in memory to find out. Each call of a function then costs a few
	// microseconds more, to check that the SDK takes the results it is given.
	// Set it only to try a new version. Defaults to false.
	AllowUntestedSDK bool

	// Logger receives the app's records. Keys, signatures and event payloads
	// are never logged. Defaults to slog.Default().
	Logger *slog.Logger
}

// settings returns the settings that c gives.
func (c Config) settings() *settings.Settings {
	return &settings.Settings{
		AppID: c.AppID, AppVersion: c.AppVersion, Env: c.Env,
		Mode: settings.Mode(c.Mode), DevServerURL: c.DevServerURL,
		EventKey: c.EventKey, SigningKey: c.SigningKey, SigningKeyFallback: c.SigningKeyFallback,
		BaseURL: c.BaseURL, APIBaseURL: c.APIBaseURL, EventAPIBaseURL: c.EventAPIBaseURL,
		ServeOrigin: c.ServeOrigin, ServePath: c.ServePath,
		TrustForwardedHost: c.TrustForwardedHost, AllowUnsignedSync: c.AllowUnsignedSync,
		Strict: c.Strict, ReceiveOnly: c.ReceiveOnly, NoStepGuard: c.NoStepGuard, DrainDelay: c.DrainDelay, CallTimeout: c.CallTimeout,
		MaxBodyBytes: c.MaxBodyBytes, SendRetry: c.SendRetry.retry(),
		Checkpoint: c.Checkpoint, SDKMiddleware: c.SDKMiddleware,
		HTTPClient: c.HTTPClient, Logger: c.Logger,
	}
}
