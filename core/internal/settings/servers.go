package settings

import (
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// resolveMode chooses the mode, and in dev mode the server.
func (s *Settings) resolveMode(l *mistake.List) {
	server := source{s.DevServerURL, "Config.DevServerURL"}
	switch {
	case s.Mode != "" && s.Mode != Cloud && s.Mode != Dev:
		l.Add("Config.Mode", string(s.Mode), "there is no such mode", "write inngestkit.ModeCloud or inngestkit.ModeDev, or leave it empty to take INNGEST_DEV")
	case s.Mode == Cloud && s.DevServerURL != "":
		l.Add("Config.DevServerURL", "", "cloud mode uses no dev server", "remove it, or write Mode: inngestkit.ModeDev")
	case s.Mode != "":
		s.ModeSource = "Config.Mode"
	case s.DevServerURL != "":
		s.Mode, s.ModeSource = Dev, "Config.DevServerURL"
	default:
		server = s.modeFromEnvironment(l)
	}
	if s.Mode != Dev {
		s.Mode = Cloud
		return
	}
	if server.value == "" {
		server = source{DevServerURL, "the default"}
		if dev := take("", "", "INNGEST_DEV"); strings.Contains(dev.value, "://") {
			server = dev
		}
	}
	s.DevServerURL = origin(l, server)
}

// modeFromEnvironment reads INNGEST_DEV, and returns the server that it names
// if it names one.
func (s *Settings) modeFromEnvironment(l *mistake.List) source {
	dev := take("", "", "INNGEST_DEV")
	s.ModeSource = dev.from
	switch strings.ToLower(dev.value) {
	case "":
		s.Mode, s.ModeSource = Cloud, "the default"
	case "0", "false", "off", "no":
		s.Mode = Cloud
	case "1", "true", "on", "yes":
		s.Mode = Dev
	default:
		if strings.Contains(dev.value, "://") || strings.Contains(dev.value, "@") {
			s.Mode = Dev
			return dev
		}
		l.Add(dev.from, dev.value, "it is neither a switch nor a URL", "set 1 for the default dev server, 0 for cloud mode, or a URL such as %s", suggestURL(dev.value))
	}
	return source{}
}

// resolveURLs chooses the servers' addresses and the app's own.
func (s *Settings) resolveURLs(l *mistake.List) {
	server := func(cloud string) string {
		if s.Dev() {
			return s.DevServerURL
		}
		return cloud
	}
	base := origin(l, take("BaseURL", s.BaseURL, "INNGEST_BASE_URL"))
	pick := func(field, value, variable, cloud string) string {
		if u := origin(l, take(field, value, variable)); u != "" {
			return u
		}
		if base != "" {
			return base
		}
		return server(cloud)
	}
	s.BaseURL = base
	s.APIBaseURL = pick("APIBaseURL", s.APIBaseURL, "INNGEST_API_BASE_URL", APIBaseURL)
	s.EventAPIBaseURL = pick("EventAPIBaseURL", s.EventAPIBaseURL, "INNGEST_EVENT_API_BASE_URL", EventAPIBaseURL)

	serve := take("ServeOrigin", s.ServeOrigin, "INNGEST_SERVE_ORIGIN", "INNGEST_SERVE_HOST")
	s.ServeOrigin = origin(l, serve)
	if u, err := url.Parse(s.ServeOrigin); err == nil && u.Host != "" && u.Path != "" {
		l.Add(serve.from, serve.value, "an origin has no path", "write %q here and the path in Config.ServePath", u.Scheme+"://"+u.Host)
	}
	s.resolveServePath(l)
}

func (s *Settings) resolveServePath(l *mistake.List) {
	path := take("ServePath", s.ServePath, "INNGEST_SERVE_PATH")
	s.ServePath = path.value
	u, err := url.Parse(s.ServePath)
	switch {
	case s.ServePath == "":
	case err == nil && u.Host != "":
		l.Add(path.from, u.Redacted(), "a path has no scheme or host", "write %q here and the rest in Config.ServeOrigin", "/"+strings.TrimLeft(u.Path, "/"))
	case !strings.HasPrefix(s.ServePath, "/"):
		l.Add(path.from, s.ServePath, "a path starts with a slash", "write %q", "/"+s.ServePath)
	case strings.ContainsAny(s.ServePath, "?#"):
		l.Add(path.from, s.ServePath, "a path has no query or fragment", "remove what follows the path")
	}
}

// origin checks an absolute http URL and returns it without trailing slash.
func origin(l *mistake.List, s source) string {
	if s.value == "" {
		return ""
	}
	u, err := url.Parse(s.value)
	switch {
	case strings.Contains(s.value, "@"):
		l.AddSecret(s.from, "a URL may hold no user name or password, which would be logged and reported", "remove the part before the @, and authenticate in the transport of Config.HTTPClient")
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		l.Add(s.from, s.value, "it is not an http or https URL", "write one such as %q", suggestURL(s.value))
	case u.RawQuery != "" || u.Fragment != "":
		l.Add(s.from, s.value, "a base URL has no query or fragment", "remove what follows the path")
	}
	return strings.TrimRight(s.value, "/")
}

// suggestURL adds the scheme that an address lacks.
func suggestURL(given string) string {
	u, err := url.Parse("http://" + given)
	switch {
	case strings.Contains(given, "/") || err != nil || !strings.ContainsAny(u.Host, ".:"):
		return "https://inngest.example.com"
	case u.Port() != "":
		return "http://" + given
	}
	return "https://" + given
}
