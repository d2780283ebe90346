package inngestkit

import (
	"net/url"
	"strings"
)

// origin checks an absolute http URL and returns it without trailing slash.
func origin(m *mistakes, s source) string {
	if s.value == "" {
		return ""
	}
	u, err := url.Parse(s.value)
	switch {
	case strings.Contains(s.value, "@"):
		m.addSecret(s.from, "a URL may hold no user name or password, which would be logged and reported", "remove what precedes the @, and set what the server asks for in the transport of Config.HTTPClient")
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		m.add(s.from, s.value, "it is not an http or https URL", "write one such as %q", suggestURL(s.value))
	case u.RawQuery != "" || u.Fragment != "":
		m.add(s.from, s.value, "a base URL has no query or fragment", "remove what follows the path")
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
