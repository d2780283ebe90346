package inngestkit

import (
	"net/http"
	"net/url"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// requestURL is the address that a request was sent to, as far as the app
// can see. RequestURI keeps the path that routers and http.StripPrefix cut.
func requestURL(r *http.Request) url.URL {
	u := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	if full, err := url.ParseRequestURI(r.RequestURI); err == nil {
		u.Path, u.RawPath = full.Path, full.RawPath
	}
	if r.TLS != nil {
		u.Scheme = "https"
	}
	if proto := r.Header.Get("X-Forwarded-Proto"); proto == "http" || proto == "https" {
		u.Scheme = proto
	}
	query := u.Query()
	query.Del(wire.QueryDeployID)
	u.RawQuery = query.Encode()
	return u
}

// reportedURL is the address that Inngest is told.
func (a *App) reportedURL(u url.URL) url.URL {
	if o, err := url.Parse(a.settings.ServeOrigin); err == nil && o.Host != "" {
		u.Scheme, u.Host = o.Scheme, o.Host
	}
	if a.settings.ServePath != "" {
		u.Path, u.RawPath = a.settings.ServePath, ""
	}
	return u
}
