package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// exempt says how to let the webhook pass a middleware.
const exempt = "exempt the webhook's route from it: in Echo by its Skipper (inngestecho.IsWebhook), in Gin by inngestgin.IsWebhook, elsewhere by mounting the webhook outside it; Inngest's requests are authenticated by their signature"

// refused explains an answer that did not come from an SDK.
func (e *examination) refused(r request, a answer) Finding {
	said := fmt.Sprintf("a %s is answered with status %d before it reaches an Inngest handler", r.method, a.status)
	switch {
	case a.status >= 300 && a.status < 400:
		return e.redirected(r, a)
	case a.status == http.StatusBadRequest && a.mentions("https server"):
		secure := *e.URL
		secure.Scheme = "https"
		return Finding{CodeScheme, "the app speaks HTTPS, and the URL says http", "both sides must use the same protocol", "use " + secure.Redacted()}
	case a.status == statusPageExpired, a.status >= 400 && a.status < 500 && (a.mentions("csrf") || a.mentions("xsrf")):
		return Finding{CodeCSRF, said, "middleware requires a CSRF token, which only a browser with a form has", exempt}
	case a.status == http.StatusUnauthorized:
		return Finding{CodeUnauthorized, said, "middleware requires a login" + challenge(a), exempt}
	case a.status == http.StatusForbidden:
		return Finding{CodeForbidden, said, "middleware accepts only some callers, by role, address, origin or host", exempt}
	case a.status == http.StatusNotFound:
		return Finding{CodeNotFound, said, "the route exists for other methods only", "mount the webhook with the adapter's Mount, which routes GET, POST and PUT"}
	case a.status == http.StatusMethodNotAllowed:
		return Finding{CodeMethod, said, "the route exists for other methods only" + allowed(a), "mount the webhook with the adapter's Mount, which routes GET, POST and PUT"}
	case a.status == http.StatusRequestEntityTooLarge:
		return bodyLimit(r, fmt.Sprintf("status %d", a.status))
	case a.status == http.StatusTooManyRequests:
		return Finding{CodeRateLimit, said, "middleware limits the rate of calls, and Inngest makes a call for each step of each run", exempt}
	case a.status == http.StatusBadGateway, a.status == http.StatusServiceUnavailable, a.status == http.StatusGatewayTimeout:
		return Finding{CodeGateway, said, "a proxy cannot reach the app, or the app is starting or stopping", "start the app, or use its own address"}
	case a.status >= http.StatusInternalServerError:
		return Finding{CodeServerError, said, "middleware failed or panicked", "read the app's log"}
	}
	return notInngest(r.method, a)
}

// statusPageExpired is some frameworks' answer to a missing CSRF token.
const statusPageExpired = 419

func bodyLimit(r request, how string) Finding {
	return Finding{
		CodeBodyLimit, fmt.Sprintf("%s is refused before it reaches an Inngest handler: %s", r, how),
		"middleware or a proxy limits bodies, and Inngest sends a run's events and steps with each call, up to 4 MiB",
		"raise its limit to 5 MiB for the webhook's route, or " + exempt,
	}
}

func notInngest(method string, a answer) Finding {
	what := fmt.Sprintf("a %s is answered with status %d and %s, not by an Inngest handler", method, a.status, a.kind())
	why := "the URL belongs to another service, or a catch-all route answers in place of the webhook"
	if a.html() {
		why = "a web page answers: a login, a single-page app's catch-all route, or another service"
	}
	return Finding{CodeNotInngest, what, why, "use the URL at which the webhook is mounted, such as http://127.0.0.1:8080/api/inngest, and mount it before any catch-all route"}
}

func (a answer) kind() string {
	if kind := a.header.Get("Content-Type"); kind != "" {
		return kind
	}
	return "no content type"
}

func challenge(a answer) string {
	scheme, _, _ := strings.Cut(a.header.Get("WWW-Authenticate"), " ")
	if scheme == "" {
		return ""
	}
	return " (" + scheme + " authentication)"
}

func allowed(a answer) string {
	if allow := a.header.Get("Allow"); allow != "" {
		return " (" + allow + ")"
	}
	return ""
}

// redirected explains a redirect, which an Inngest server does not follow.
func (e *examination) redirected(r request, a answer) Finding {
	f := Finding{Code: CodeRedirect, Why: "Inngest does not follow redirects: the app must answer at the URL itself"}
	to, err := e.URL.Parse(a.header.Get("Location"))
	if err != nil || a.header.Get("Location") == "" {
		f.What = fmt.Sprintf("a %s is redirected (%d)", r.method, a.status)
		f.Fix = exempt
		return f
	}
	to.User, to.RawQuery, to.Fragment = nil, "", ""
	f.What = fmt.Sprintf("a %s is redirected (%d) to %s", r.method, a.status, to)
	switch {
	case to.Path == e.URL.Path, strings.Trim(to.Path, "/") == strings.Trim(e.URL.Path, "/"):
		f.Fix = "use " + to.String()
	default:
		f.Why += "; this one looks like a login"
		f.Fix = exempt
	}
	return f
}

// commonPaths are the common paths of webhooks, from Inngest's documentation on
// the discovery of apps.
var commonPaths = []string{"/api/inngest", "/x/inngest", "/.netlify/functions/inngest", "/.redwood/functions/inngest"}

// CommonPaths returns the common paths of apps' endpoints.
func CommonPaths() []string { return append([]string(nil), commonPaths...) }

// notFound looks for the endpoint at the common paths.
func (e *examination) notFound(ctx context.Context) Finding {
	f := Finding{
		CodeNotFound, "nothing is mounted at " + e.URL.Path + " (status 404)", "the webhook is mounted elsewhere, or not at all",
		"mount it with the adapter's Mount, or use the URL that the app logged at its start",
	}
	if e.URL.Path == "" {
		f.What = "nothing is mounted at / (status 404)"
	}
	for _, path := range commonPaths {
		a, err := e.send(ctx, request{method: http.MethodGet, path: path})
		if err != nil {
			break // the other paths would not answer either
		}
		if a.bySDK() {
			found := url.URL{Scheme: e.URL.Scheme, Host: e.URL.Host, Path: path}
			f.Why = "there is an Inngest handler at " + path
			f.Fix = "use " + found.String()
			break
		}
	}
	return f
}
