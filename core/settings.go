package inngestkit

import (
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
}

func (s *settings) dev() bool { return s.Mode == ModeDev }

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
		s.Logger = slog.Default()
	}
	if s.HTTPClient == nil {
		s.HTTPClient = &http.Client{
			Timeout:   defaultRequestTimeout,
			Transport: http.DefaultTransport.(*http.Transport).Clone(),
		}
		s.ownClient = true
	}
	return s, m
}

func (s *settings) resolveIdentity(m *mistakes) {
	id := take("AppID", s.AppID, "INNGEST_APP_ID")
	switch s.AppID = id.value; {
	case s.AppID == "":
		m.add("Config.AppID", "", "an app needs an id", `write Config{AppID: "shop"} or set INNGEST_APP_ID=shop`)
	case !validID(s.AppID):
		m.add(id.from, s.AppID, "an id holds no spaces and at most 128 characters", "write %q", suggestID(s.AppID))
	}
	s.Env = take("Env", s.Env, "INNGEST_ENV").value
	if s.AppVersion == "" {
		s.AppVersion = vcsRevision()
	}
}

func (s *settings) resolveMode(m *mistakes) {
	switch {
	case s.Mode != "" && s.Mode != ModeCloud && s.Mode != ModeDev:
		m.add("Config.Mode", string(s.Mode), "there is no such mode", "write ModeCloud or ModeDev, or leave it empty to take INNGEST_DEV")
	case s.Mode == ModeCloud && s.DevServerURL != "":
		m.add("Config.DevServerURL", s.DevServerURL, "cloud mode uses no dev server", "remove it, or write Mode: ModeDev")
	case s.Mode != "":
		s.modeSource = "Config.Mode"
	case s.DevServerURL != "":
		s.Mode, s.modeSource = ModeDev, "Config.DevServerURL"
	default:
		s.modeFromEnvironment(m)
	}
	if s.Mode != ModeDev {
		s.Mode = ModeCloud
		return
	}
	if s.DevServerURL == "" {
		s.DevServerURL = DefaultDevServerURL
		if v := os.Getenv("INNGEST_DEV"); strings.Contains(v, "://") {
			s.DevServerURL = strings.TrimSpace(v)
		}
	}
	s.DevServerURL = origin(m, source{s.DevServerURL, "Config.DevServerURL"})
}

func (s *settings) modeFromEnvironment(m *mistakes) {
	v := strings.TrimSpace(os.Getenv("INNGEST_DEV"))
	s.modeSource = "INNGEST_DEV"
	switch strings.ToLower(v) {
	case "":
		s.Mode, s.modeSource = ModeCloud, "the default"
	case "0", "false", "off", "no":
		s.Mode = ModeCloud
	case "1", "true", "on", "yes":
		s.Mode = ModeDev
	default:
		if u, err := url.Parse(v); err == nil && u.Host != "" {
			s.Mode, s.DevServerURL = ModeDev, v
			return
		}
		m.add("INNGEST_DEV", v, "it is neither a switch nor a URL", "set 1 for the default dev server, 0 for cloud mode, or a URL such as %s", DefaultDevServerURL)
	}
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
	if u, err := url.Parse(s.ServeOrigin); err == nil && strings.Trim(u.Path, "/") != "" {
		m.add(serve.from, serve.value, "an origin has no path", "write %q here and the path in Config.ServePath", u.Scheme+"://"+u.Host)
	}
	path := take("ServePath", s.ServePath, "INNGEST_SERVE_PATH")
	if s.ServePath = path.value; s.ServePath != "" && !strings.HasPrefix(s.ServePath, "/") {
		m.add(path.from, s.ServePath, "a path starts with a slash", "write %q", "/"+s.ServePath)
	}
}

// origin checks an absolute http URL and returns it without trailing slash.
func origin(m *mistakes, s source) string {
	if s.value == "" {
		return ""
	}
	u, err := url.Parse(s.value)
	switch {
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		m.add(s.from, s.value, "it is not an http or https URL", `write one such as "https://inngest.example.com"`)
	case u.RawQuery != "" || u.Fragment != "":
		m.add(s.from, s.value, "a base URL has no query or fragment", "remove what follows the path")
	}
	return strings.TrimRight(s.value, "/")
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
			m.addSecret(k.from, "a signing key is \"signkey-<env>-\" followed by hexadecimal digits", "copy it whole from Inngest's dashboard, without quotes")
		}
	}
	if key.value != "" {
		s.signingHash, _ = signature.HashKey(key.value)
	}
	if strings.HasPrefix(event.value, "signkey-") {
		m.addSecret(event.from, "it holds a signing key", "put that in INNGEST_SIGNING_KEY, and the event key here")
	}
	if strings.ContainsAny(event.value, " /?#\n") {
		m.addSecret(event.from, "an event key holds no spaces or slashes", "copy it whole from Inngest's dashboard, without quotes")
	}
	if s.EventKey == "" && s.dev() {
		s.EventKey = devEventKey
	}
}

func (s *settings) resolveLimits(m *mistakes) {
	if s.CallTimeout < 0 {
		m.add("Config.CallTimeout", s.CallTimeout.String(), "a timeout cannot be negative", "write a duration such as 5*time.Minute, or 0 for none")
	}
	if s.MaxBodyBytes < 0 {
		m.add("Config.MaxBodyBytes", "negative", "a limit cannot be negative", "write a number of bytes, or 0 for %d", DefaultMaxBodyBytes)
	}
	if s.MaxBodyBytes == 0 {
		s.MaxBodyBytes = DefaultMaxBodyBytes
	}
	for i, mw := range s.SDKMiddleware {
		if mw == nil {
			m.add("Config.SDKMiddleware", "", "an entry is nil", "remove entry %d", i)
		}
	}
	checkCheckpoint(m, "Config.Checkpoint", s.Checkpoint)
	checkRetryPolicy(m, s.SendRetry)
	s.SendRetry = s.SendRetry.withDefaults()
}

func checkRetryPolicy(m *mistakes, p RetryPolicy) {
	const where = "Config.SendRetry."
	if p.MaxAttempts < 0 {
		m.add(where+"MaxAttempts", "negative", "sending needs at least one attempt", "write 1 to never retry, or 0 for the default of 5")
	}
	for _, f := range []struct {
		name  string
		value time.Duration
	}{{"InitialDelay", p.InitialDelay}, {"MaxDelay", p.MaxDelay}, {"Budget", p.Budget}} {
		if f.value < 0 {
			m.add(where+f.name, f.value.String(), "a duration cannot be negative", "write one such as 200*time.Millisecond, or 0 for the default")
		}
	}
	if p.MaxDelay > 0 && p.MaxDelay < p.InitialDelay {
		m.add(where+"MaxDelay", p.MaxDelay.String(), "it is shorter than InitialDelay", "write at least %s", p.InitialDelay)
	}
	switch p.Backoff {
	case "", BackoffExponential, BackoffLinear, BackoffFixed:
	default:
		m.add(where+"Backoff", string(p.Backoff), "there is no such backoff", "write BackoffExponential, BackoffLinear or BackoffFixed")
	}
	if p.Multiplier != 0 && p.Multiplier < 1 {
		m.add(where+"Multiplier", "less than 1", "delays would shrink", "write 1 or more, or 0 for the default of 2")
	}
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
	if prefix, _ := signature.SplitKey(s.SigningKey); s.dev() && prefix == "signkey-prod-" {
		m.addSecret("Config.Mode", "dev mode checks no signatures, and a production signing key is configured", "unset INNGEST_DEV where this key is used")
	}
	return m
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

// validID holds for app and function ids.
func validID(id string) bool {
	return id != "" && len(id) <= 128 && strings.IndexFunc(id, notID) < 0
}

func notID(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func suggestID(id string) string {
	s := strings.Trim(strings.Map(func(r rune) rune {
		if notID(r) {
			return '-'
		}
		return r
	}, strings.ToLower(id)), "-")
	if len(s) > 128 {
		s = s[:128]
	}
	if s == "" {
		return "my-app"
	}
	return s
}
