package devserver

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/internal/doctor"
)

// guard keeps web pages out: pages that reach the server under their own host
// name (DNS rebinding), and pages of other sites that make a browser send
// requests here.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.cfg.AllowRemote && !doctor.Loopback(hostname(r.Host)):
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

// crossSite reports whether a browser says that another site caused the
// request. Pages of this machine are not another site, whatever their port. A
// link that a person follows is harmless: it is a navigation by GET.
func crossSite(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || (!strings.EqualFold(u.Host, r.Host) && !doctor.Loopback(u.Hostname())) {
			return true
		}
	}
	if r.Header.Get("Sec-Fetch-Site") != "cross-site" {
		return false
	}
	navigation := r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Method == http.MethodGet
	return !navigation
}
