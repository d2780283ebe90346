package inngestkit

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/inngestkit/inngestkit/internal/signature"
)

// defaultRequestTimeout bounds one request of the app's own HTTP client.
const defaultRequestTimeout = 10 * time.Second

// devEventKey stands in the path of the event API where a dev server expects
// some key.
const devEventKey = "NO_EVENT_KEY_SET"

// settings is a Config with every default taken and the environment read.
type settings struct {
	Config

	modeSource  string
	signingHash string
	ownClient   bool
	// defaultLogger is set when Config.Logger was not.
	defaultLogger bool
}

func (s *settings) dev() bool { return s.Mode == ModeDev }

// guards holds when it is looked at where functions take their steps.
func (s *settings) guards() bool { return s.GuardSteps || s.dev() }

// source remembers which of a field and its variables gave a value.
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

// resolve reads the environment, once, and checks everything it can.
func resolve(c Config) (*settings, *mistakes) {
	m := &mistakes{}
	s := &settings{Config: c}

	s.resolveIdentity(m)
	s.resolveMode(m)
	s.resolveURLs(m)
	s.resolveKeys(m)
	s.resolveLimits(m)

	if s.Logger == nil {
		s.Logger, s.defaultLogger = slog.Default(), true
	}
	if s.HTTPClient == nil {
		s.HTTPClient, s.ownClient = newHTTPClient(), true
	}
	return s, m
}

// newHTTPClient has connections of its own, unless the program has replaced
// the default transport by something that cannot be cloned.
func newHTTPClient() *http.Client {
	client := &http.Client{Timeout: defaultRequestTimeout}
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		client.Transport = t.Clone()
	}
	return client
}

func (s *settings) resolveIdentity(m *mistakes) {
	id := take("AppID", s.AppID, "INNGEST_APP_ID")
	switch s.AppID = id.value; {
	case s.AppID == "":
		m.add("Config.AppID", "", "it is empty, and an app needs an id", `write Config{AppID: "shop"} or set INNGEST_APP_ID=shop`)
	case !validID(s.AppID):
		m.add(id.from, s.AppID, "an id holds no spaces and at most 128 characters", "write %q", suggestID(s.AppID))
	}
	env := take("Env", s.Env, "INNGEST_ENV")
	if s.Env = env.value; strings.IndexFunc(s.Env, notID) >= 0 {
		m.add(env.from, s.Env, "an environment's name holds no spaces", "write %q", suggestID(s.Env))
	}
	if s.AppVersion == "" {
		s.AppVersion = vcsRevision()
	}
}

func (s *settings) resolveMode(m *mistakes) {
	server := source{s.DevServerURL, "Config.DevServerURL"}
	switch {
	case s.Mode != "" && s.Mode != ModeCloud && s.Mode != ModeDev:
		m.add("Config.Mode", string(s.Mode), "there is no such mode", "write inngestkit.ModeCloud or inngestkit.ModeDev, or leave it empty to take INNGEST_DEV")
	case s.Mode == ModeCloud && s.DevServerURL != "":
		m.add("Config.DevServerURL", "", "cloud mode uses no dev server", "remove it, or write Mode: inngestkit.ModeDev")
	case s.Mode != "":
		s.modeSource = "Config.Mode"
	case s.DevServerURL != "":
		s.Mode, s.modeSource = ModeDev, "Config.DevServerURL"
	default:
		server = s.modeFromEnvironment(m)
	}
	if s.Mode != ModeDev {
		s.Mode = ModeCloud
		return
	}
	if server.value == "" {
		server = source{DefaultDevServerURL, "the default"}
		if dev := take("", "", "INNGEST_DEV"); strings.Contains(dev.value, "://") {
			server = dev
		}
	}
	s.DevServerURL = origin(m, server)
}

// modeFromEnvironment reads INNGEST_DEV, and returns the server that it names
// if it names one.
func (s *settings) modeFromEnvironment(m *mistakes) source {
	dev := take("", "", "INNGEST_DEV")
	s.modeSource = dev.from
	switch strings.ToLower(dev.value) {
	case "":
		s.Mode, s.modeSource = ModeCloud, "the default"
	case "0", "false", "off", "no":
		s.Mode = ModeCloud
	case "1", "true", "on", "yes":
		s.Mode = ModeDev
	default:
		if strings.Contains(dev.value, "://") || strings.Contains(dev.value, "@") {
			s.Mode = ModeDev
			return dev
		}
		m.add(dev.from, dev.value, "it is neither a switch nor a URL", "set 1 for the default dev server, 0 for cloud mode, or a URL such as %s", suggestURL(dev.value))
	}
	return source{}
}

func (s *settings) resolveURLs(m *mistakes) {
	server := func(cloud string) string {
		if s.dev() {
			return s.DevServerURL
		}
		return cloud
	}
	base := origin(m, take("BaseURL", s.BaseURL, "INNGEST_BASE_URL"))
	pick := func(field, value, variable, cloud string) string {
		if u := origin(m, take(field, value, variable)); u != "" {
			return u
		}
		if base != "" {
			return base
		}
		return server(cloud)
	}
	s.BaseURL = base
	s.APIBaseURL = pick("APIBaseURL", s.APIBaseURL, "INNGEST_API_BASE_URL", DefaultAPIBaseURL)
	s.EventAPIBaseURL = pick("EventAPIBaseURL", s.EventAPIBaseURL, "INNGEST_EVENT_API_BASE_URL", DefaultEventAPIBaseURL)

	serve := take("ServeOrigin", s.ServeOrigin, "INNGEST_SERVE_ORIGIN", "INNGEST_SERVE_HOST")
	s.ServeOrigin = origin(m, serve)
	if u, err := url.Parse(s.ServeOrigin); err == nil && u.Host != "" && u.Path != "" {
		m.add(serve.from, serve.value, "an origin has no path", "write %q here and the path in Config.ServePath", u.Scheme+"://"+u.Host)
	}
	s.resolveServePath(m)
}

func (s *settings) resolveServePath(m *mistakes) {
	path := take("ServePath", s.ServePath, "INNGEST_SERVE_PATH")
	s.ServePath = path.value
	u, err := url.Parse(s.ServePath)
	switch {
	case s.ServePath == "":
	case err == nil && u.Host != "":
		m.add(path.from, u.Redacted(), "a path has no scheme or host", "write %q here and the rest in Config.ServeOrigin", "/"+strings.TrimLeft(u.Path, "/"))
	case !strings.HasPrefix(s.ServePath, "/"):
		m.add(path.from, s.ServePath, "a path starts with a slash", "write %q", "/"+s.ServePath)
	case strings.ContainsAny(s.ServePath, "?#"):
		m.add(path.from, s.ServePath, "a path has no query or fragment", "remove what follows the path")
	}
}

func (s *settings) resolveKeys(m *mistakes) {
	key := take("SigningKey", s.SigningKey, "INNGEST_SIGNING_KEY")
	fallback := take("SigningKeyFallback", s.SigningKeyFallback, "INNGEST_SIGNING_KEY_FALLBACK")
	event := take("EventKey", s.EventKey, "INNGEST_EVENT_KEY")
	s.SigningKey, s.SigningKeyFallback, s.EventKey = key.value, fallback.value, event.value

	for _, k := range []source{key, fallback} {
		if k.value == "" {
			continue
		}
		if _, err := signature.HashKey(k.value); err != nil {
			m.addSecret(k.from, "it is not a signing key, which is \"signkey-<env>-\" followed by an even number of hexadecimal digits", "copy it whole from Inngest's dashboard, without quotes")
		}
	}
	if key.value != "" {
		s.signingHash, _ = signature.HashKey(key.value)
	}
	if strings.HasPrefix(event.value, "signkey-") {
		m.addSecret(event.from, "it holds a signing key", "put that in INNGEST_SIGNING_KEY, and the event key here")
	}
	if strings.IndexFunc(event.value, notKey) >= 0 {
		m.addSecret(event.from, "an event key holds only letters, digits, '-' and '_'", "copy it whole from Inngest's dashboard, without quotes")
	}
	if s.EventKey == "" && s.dev() {
		s.EventKey = devEventKey
	}
}

// notKey holds for characters that would change the event API's URL.
func notKey(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.~", r)
}

func (s *settings) resolveLimits(m *mistakes) {
	if s.CallTimeout < 0 {
		m.add("Config.CallTimeout", s.CallTimeout, "a timeout cannot be negative", "write a duration such as 5*time.Minute, or 0 for none")
	}
	if s.MaxBodyBytes < 0 {
		m.add("Config.MaxBodyBytes", s.MaxBodyBytes, "a limit cannot be negative", "write a number of bytes, or 0 for %d", DefaultMaxBodyBytes)
	}
	if s.MaxBodyBytes == 0 {
		s.MaxBodyBytes = DefaultMaxBodyBytes
	}
	for i, mw := range s.SDKMiddleware {
		if mw == nil {
			m.add(fmt.Sprintf("Config.SDKMiddleware[%d]", i), "", "it is nil", "remove it, or pass a func() middleware.Middleware")
		}
	}
	for i, d := range s.Events {
		if d == nil || d.definition() == nil {
			m.add(fmt.Sprintf("Config.Events[%d]", i), "", "it is no definition", "make it with DefineEvent")
		}
	}
	checkCheckpoint(m, "Config.Checkpoint", s.Checkpoint)
	checkRetryPolicy(m, s.SendRetry)
	s.SendRetry = s.SendRetry.withDefaults()
}

// warnings are what works but is probably not meant; Strict makes them errors.
func (s *settings) warnings() *mistakes {
	m := &mistakes{}
	if !s.dev() && s.SigningKey == "" {
		m.addSecret("Config.SigningKey", "cloud mode without a signing key refuses every call", "set INNGEST_SIGNING_KEY, or INNGEST_DEV=1 on a developer's machine")
	}
	if !s.dev() && s.EventKey == "" {
		m.addSecret("Config.EventKey", "cloud mode without an event key cannot send", "set INNGEST_EVENT_KEY, or INNGEST_DEV=1 on a developer's machine")
	}
	if s.SigningKey == "" && s.SigningKeyFallback != "" {
		m.addSecret("Config.SigningKeyFallback", "a fallback alone authenticates no API request", "set INNGEST_SIGNING_KEY too")
	}
	if s.dev() && (production(s.SigningKey) || production(s.SigningKeyFallback)) {
		m.addSecret("Config.Mode", "dev mode checks no signatures, and a production signing key is configured", "unset INNGEST_DEV where this key is used")
	}
	return m
}

// production holds for a signing key of a production environment.
func production(key string) bool {
	prefix, _ := signature.SplitKey(key)
	return prefix == "signkey-prod-"
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
