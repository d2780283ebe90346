package devserver

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/signature"
)

// check refuses an address that others can reach unless that is wanted, and
// URLs that no app can have.
func (c Config) check() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("devserver: Addr %q must be host:port, such as %q: %w", c.Addr, DefaultAddr, err)
	}
	if !c.AllowRemote && !loopback(host) {
		return fmt.Errorf("devserver: Addr %q can be reached from other machines; use a loopback host such as 127.0.0.1, or set AllowRemote if that is what you want", c.Addr)
	}
	if c.SigningKey != "" {
		if _, err := signature.HashKey(c.SigningKey); err != nil {
			return fmt.Errorf("devserver: SigningKey: %w, such as signkey-test-0123456789abcdef", err)
		}
	}
	for _, app := range c.Apps {
		if _, err := doctor.ParseURL(app); err != nil {
			return fmt.Errorf("devserver: Apps: %w", err)
		}
	}
	return nil
}

// loopback reports whether a host name can only mean this machine. An empty
// host listens everywhere.
func loopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// guard keeps web pages out: those that reach the server under a name of
// their own (DNS rebinding), and those of other sites that make a browser
// send requests here.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.cfg.AllowRemote && !loopback(hostname(r.Host)):
			writeError(w, http.StatusForbidden, "the host "+r.Host+" is refused: use 127.0.0.1 or localhost, or set AllowRemote")
		case crossSite(r):
			writeError(w, http.StatusForbidden, "requests from other web sites are refused")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

// crossSite reports whether a browser says that another site asked for the
// request. Pages of this machine are no other site, whatever their port. A
// link that a person follows from elsewhere is harmless: it is a navigation by
// GET.
func crossSite(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || (!strings.EqualFold(u.Host, r.Host) && !loopback(u.Hostname())) {
			return true
		}
	}
	if r.Header.Get("Sec-Fetch-Site") != "cross-site" {
		return false
	}
	navigation := r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Method == http.MethodGet
	return !navigation
}
