package webhook

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// errHost is why a sync whose address cannot be reported is refused.
var errHost = errors.New("the request's host is not one that Inngest could call; set Config.ServeOrigin or INNGEST_SERVE_ORIGIN to the app's public origin")

// publicURL returns the address to report to Inngest for a sync request: the one
// that the request was sent to, as far as the app can see, unless ServeOrigin
// and ServePath say otherwise.
func (a *App) publicURL(r *http.Request) (url.URL, error) {
	sent := forwarding{r: r, trusted: a.Settings.TrustForwardedHost}
	u := url.URL{Scheme: sent.scheme(), Host: sent.host()}
	u.Path, u.RawPath = sent.path()
	query := r.URL.Query()
	query.Del(wire.QueryDeployID)
	u.RawQuery = query.Encode()
	if u = a.ReportedURL(u); u.Host == "" {
		return u, errHost
	}
	return u, nil
}

// ReportedURL returns the address to report to Inngest.
func (a *App) ReportedURL(u url.URL) url.URL {
	if o, err := url.Parse(a.Settings.ServeOrigin); err == nil && o.Host != "" {
		u.Scheme, u.Host = o.Scheme, o.Host
	}
	if p, err := url.Parse(a.Settings.ServePath); err == nil && p.Path != "" {
		u.Path, u.RawPath = p.Path, p.RawPath
	}
	return u
}

// forwarding is a request that may have come through a proxy. Anyone can write
// a header: without trust, none names a host or a path.
type forwarding struct {
	r       *http.Request
	trusted bool
}

// scheme believes X-Forwarded-Proto without trust, as nearly every app runs
// behind TLS termination; but then it never turns https into http.
func (f forwarding) scheme() string {
	own := "http"
	if f.r.TLS != nil {
		own = "https"
	}
	said := f.said("X-Forwarded-Proto", "proto")
	if strings.EqualFold(said, "https") {
		return "https"
	}
	if f.trusted && strings.EqualFold(said, "http") {
		return "http"
	}
	return own
}

// host is empty when the request's own is not a host.
func (f forwarding) host() string {
	if f.trusted {
		if host := asHost(f.said("X-Forwarded-Host", "host")); host != "" {
			return host
		}
	}
	return asHost(f.r.Host)
}

// path returns the path that the request was sent to. RequestURI keeps the
// prefix that routers and http.StripPrefix cut; a request that no server has
// read lacks it.
func (f forwarding) path() (path, raw string) {
	path, raw = f.r.URL.Path, f.r.URL.RawPath
	if full, err := url.ParseRequestURI(f.r.RequestURI); err == nil && full.Opaque == "" {
		path, raw = full.Path, full.RawPath
	}
	if !strings.HasPrefix(path, "/") {
		path, raw = "/"+path, ""
	}
	if !f.trusted {
		return path, raw
	}
	prefix := strings.TrimRight(first(f.r.Header.Get("X-Forwarded-Prefix")), "/")
	p, err := url.Parse(prefix)
	if err != nil || p.Path == "" || p.String() != prefix || p.EscapedPath() != prefix || !strings.HasPrefix(prefix, "/") || strings.HasPrefix(prefix, "//") {
		return path, raw
	}
	inner := url.URL{Path: path, RawPath: raw}
	return p.Path + path, p.EscapedPath() + inner.EscapedPath()
}

// said returns the value of a header that the proxy nearest to the caller wrote,
// or, with trust, of its parameter in Forwarded (RFC 7239).
func (f forwarding) said(header, parameter string) string {
	if v := first(f.r.Header.Get(header)); v != "" || !f.trusted {
		return v
	}
	for pair := range strings.SplitSeq(first(f.r.Header.Get("Forwarded")), ";") {
		name, value, _ := strings.Cut(pair, "=")
		if strings.EqualFold(strings.TrimSpace(name), parameter) {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

// first returns the first value of a list.
func first(list string) string {
	v, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(v)
}
