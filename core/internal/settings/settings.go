// Package settings holds the configuration of an app after every default is
// taken and the environment is read.
package settings

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/inngest/inngestgo/middleware"
	"github.com/inngest/inngestgo/pkg/checkpoint"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// Defaults of an app.
const (
	DevServerURL    = "http://127.0.0.1:8288"
	APIBaseURL      = "https://api.inngest.com"
	EventAPIBaseURL = "https://inn.gs"
	MaxBodyBytes    = 16 << 20
	// maxReplyBytes bounds the state of a run that is fetched from the API.
	maxReplyBytes = 100 << 20
	// requestTimeout bounds one request of the app's own HTTP client.
	requestTimeout = 10 * time.Second
)

// Mode is the kind of Inngest server that an app works with.
type Mode string

// Modes.
const (
	Cloud Mode = "cloud"
	Dev   Mode = "dev"
)

// Settings are an app's. The first block is given by its inngestkit.Config,
// which documents it; Resolve completes it and sets the second.
type Settings struct {
	AppID, AppVersion, Env                   string
	Mode                                     Mode
	DevServerURL                             string
	EventKey, SigningKey, SigningKeyFallback string
	BaseURL, APIBaseURL, EventAPIBaseURL     string
	ServeOrigin, ServePath                   string
	TrustForwardedHost, AllowUnsignedSync    bool
	Strict, ReceiveOnly, NoStepGuard         bool
	CallTimeout, DrainDelay                  time.Duration
	MaxBodyBytes                             int64
	SendRetry                                Retry
	Checkpoint                               *checkpoint.Config
	SDKMiddleware                            []func() middleware.Middleware
	HTTPClient                               *http.Client
	Logger                                   *slog.Logger

	// MaxReplyBytes bounds the state of a run that is fetched from the API.
	MaxReplyBytes int64
	// ModeSource names the field or variable that chose the mode.
	ModeSource string
	// SigningHash is the hashed signing key.
	SigningHash string
	// OwnClient and DefaultLogger report whether the config left them out.
	OwnClient, DefaultLogger bool
	// Rewired is set while a test kit controls the app: nothing is
	// checkpointed, as checkpoints bypass the kit's transport.
	Rewired bool
}

// Dev reports whether the app is in dev mode.
func (s *Settings) Dev() bool { return s.Mode == Dev }

// TransformsInput reports whether SDK middleware may change events, which are
// then validated after it.
func (s *Settings) TransformsInput() bool { return len(s.SDKMiddleware) > 0 }

// Keyed reports whether the app has the keys to take calls and, unless it only
// receives, to send.
func (s *Settings) Keyed() bool {
	return s.Dev() || s.SigningKey != "" && (s.EventKey != "" || s.ReceiveOnly)
}

// SendURL is the address that events are sent to. It holds the event key.
func (s *Settings) SendURL() string { return s.EventAPIBaseURL + "/e/" + s.EventKey }

// Resolve reads the environment, takes the defaults and adds every mistake to
// l.
func (s *Settings) Resolve(l *mistake.List) {
	s.resolveIdentity(l)
	s.resolveMode(l)
	s.resolveURLs(l)
	s.resolveKeys(l)
	s.resolveLimits(l)
	if allowed, err := strconv.ParseBool(os.Getenv("INNGEST_ENABLE_UNAUTHED_SYNC")); err == nil && allowed {
		s.AllowUnsignedSync = true
	}

	if s.Logger == nil {
		s.Logger, s.DefaultLogger = slog.Default(), true
	}
	if s.HTTPClient == nil {
		s.HTTPClient, s.OwnClient = newHTTPClient(), true
	}
}

// source is a value and the field or variable that gave it.
type source struct{ value, from string }

func take(field, value string, vars ...string) source {
	if value != "" {
		return source{value, "Config." + field}
	}
	for _, name := range vars {
		if v := strings.TrimSpace(os.Getenv(name)); v != "" {
			return source{v, name}
		}
	}
	return source{"", "Config." + field}
}

// newHTTPClient returns a client with its own connections, unless the program
// has replaced the default transport by one that cannot be cloned.
func newHTTPClient() *http.Client {
	client := &http.Client{Timeout: requestTimeout}
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		client.Transport = t.Clone()
	}
	return client
}

func (s *Settings) resolveIdentity(l *mistake.List) {
	id := take("AppID", s.AppID, "INNGEST_APP_ID")
	switch s.AppID = id.value; {
	case s.AppID == "":
		l.Add("Config.AppID", "", "it is empty, and an app needs an id", `write Config{AppID: "shop"} or set INNGEST_APP_ID=shop`)
	case !ValidID(s.AppID):
		l.Add(id.from, s.AppID, "an id holds no spaces and at most 128 characters", "write %q", SuggestID(s.AppID))
	}
	env := take("Env", s.Env, "INNGEST_ENV")
	if s.Env = env.value; HoldsSpace(s.Env) {
		l.Add(env.from, s.Env, "an environment's name holds no spaces", "write %q", SuggestID(s.Env))
	}
	if s.AppVersion == "" {
		s.AppVersion = vcsRevision()
	}
}

func (s *Settings) resolveLimits(l *mistake.List) {
	if s.CallTimeout < 0 {
		l.Add("Config.CallTimeout", s.CallTimeout, "a timeout cannot be negative", "write a duration such as 5*time.Minute, or 0 for none")
	}
	if s.DrainDelay < 0 {
		l.Add("Config.DrainDelay", s.DrainDelay, "a delay cannot be negative", "write the period in which the load balancer notices, such as 10*time.Second, or 0 for none")
	}
	if s.MaxBodyBytes < 0 {
		l.Add("Config.MaxBodyBytes", s.MaxBodyBytes, "a limit cannot be negative", "write a number of bytes, or 0 for %d", MaxBodyBytes)
	}
	s.MaxReplyBytes = s.MaxBodyBytes
	if s.MaxBodyBytes == 0 {
		s.MaxBodyBytes, s.MaxReplyBytes = MaxBodyBytes, maxReplyBytes
	}
	for i, mw := range s.SDKMiddleware {
		if mw == nil {
			l.Add(fmt.Sprintf("Config.SDKMiddleware[%d]", i), "", "it is nil", "remove it, or pass a func() middleware.Middleware")
		}
	}
	CheckCheckpoint(l, "Config.Checkpoint", s.Checkpoint)
	s.SendRetry.check(l)
	s.SendRetry = s.SendRetry.withDefaults()
}

// CheckCheckpoint refuses, by name, the presets that buffer finished steps and
// drop the buffer when the function ends (inngestgo v0.16.0).
func CheckCheckpoint(l *mistake.List, where string, c *checkpoint.Config) {
	if c == nil || (c.BatchSteps <= 1 && c.BatchInterval == 0) {
		return
	}
	name := mistake.Unquoted(fmt.Sprintf("checkpoint.Config{BatchSteps: %d, BatchInterval: %s}", c.BatchSteps, c.BatchInterval))
	switch *c {
	case *checkpoint.ConfigPerformant:
		name = "checkpoint.ConfigPerformant"
	case *checkpoint.ConfigBlended:
		name = "checkpoint.ConfigBlended"
	}
	l.Add(where, name, "it loses steps that finished but were not yet flushed when the function ends", "write checkpoint.ConfigSafe, or leave checkpointing off")
}

func vcsRevision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, kv := range info.Settings {
		if kv.Key == "vcs.revision" {
			return kv.Value
		}
	}
	return ""
}
