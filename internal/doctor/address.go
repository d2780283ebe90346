package doctor

import (
	"cmp"
	"net"
	"net/url"
	"strings"
)

// Loopback reports whether a host name can only mean this machine. An empty
// host, at which a server listens everywhere, is not one.
func Loopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// SameEndpoint reports whether two URLs mean the same endpoint. The loopback
// names are one host.
func SameEndpoint(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil {
		return false
	}
	sameHost := strings.EqualFold(x.Hostname(), y.Hostname()) || Loopback(x.Hostname()) && Loopback(y.Hostname())
	return sameHost && x.Scheme == y.Scheme && Port(x) == Port(y) && x.Path == y.Path
}

// Port returns a URL's port, or the default port of its scheme.
func Port(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}
