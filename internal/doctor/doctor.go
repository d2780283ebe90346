// Package doctor examines an app's endpoint and reports the problems that keep
// an Inngest server and the app from working together: an address without an
// Inngest handler, middleware that refuses the webhook, a mode or key that does
// not match, an unknown version.
//
// It sends the app four requests, none of which starts or changes anything: a
// GET (introspection, SDK specification 4.5), a sync that no SDK accepts, and two
// calls, a small and a large one, of a function that no app has. It also asks the
// dev server for its list of apps.
package doctor

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// DefaultServer is the dev server that fixes name by default.
const DefaultServer = "http://127.0.0.1:8288"

// Options configure an examination. URL is required.
type Options struct {
	// URL is the app's endpoint. A user name and password in it are sent as
	// basic authentication, and never reported.
	URL *url.URL
	// SigningKey signs the requests. Without it an app in cloud mode does not
	// describe itself.
	SigningKey string
	// Server is the URL of the server that the app should work with. If it is a
	// dev server of this module, its list of apps is examined too. Defaults to
	// [DefaultServer].
	Server string
	// Transport sends the requests. Redirects are never followed. Defaults to
	// [NewTransport].
	Transport http.RoundTripper
	// Quick skips the large call, and the server.
	Quick bool
}

// Report is the result of an examination.
type Report struct {
	// URL is the endpoint's URL without its password.
	URL string `json:"url"`
	// App is the app's description of itself, nil if it gave none.
	App *App `json:"app,omitempty"`
	// Findings are the problems, in the order in which to fix them. Without any,
	// the app works.
	Findings []Finding `json:"findings"`
}

// Obstacle returns the first finding that keeps a server from syncing or
// calling the app, or nil.
func (r Report) Obstacle() *Finding {
	for i, f := range r.Findings {
		switch f.Code {
		case CodeDevMode, CodeNoEventKey, CodeNoFunctions, CodeServedAt, CodeVersion:
		default:
			return &r.Findings[i]
		}
	}
	return nil
}

// App is an app's description of itself. An app in cloud mode gives it only to
// requests that are signed with its key.
type App struct {
	ID        string `json:"id,omitempty"`
	Mode      string `json:"mode,omitempty"`
	SDK       string `json:"sdk,omitempty"`
	Framework string `json:"framework,omitempty"`
	Functions int    `json:"functions"`
}

// Bounds of one request, and of all of them together. A request without an
// answer is the last one.
const (
	probeTimeout       = 10 * time.Second
	examinationTimeout = 20 * time.Second
)

// Examine examines an endpoint. It contacts only the URL's host and the server,
// and takes at most 20 seconds.
func Examine(ctx context.Context, o Options) Report {
	if o.Server == "" {
		o.Server = DefaultServer
	}
	if o.Transport == nil {
		t := NewTransport()
		defer t.CloseIdleConnections()
		o.Transport = t
	}
	e := &examination{Options: o, report: Report{URL: o.URL.Redacted(), Findings: []Finding{}}, deadline: time.Now().Add(examinationTimeout)}
	if e.inspect(ctx) && e.sync(ctx) {
		e.call(ctx)
		if !e.Quick && e.report.Obstacle() == nil {
			e.askServer(ctx)
		}
	}
	return e.report
}

// NewTransport returns a transport for requests to apps. It uses no proxy,
// because apps are near.
func NewTransport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: probeTimeout}).DialContext,
		TLSHandshakeTimeout: probeTimeout,
		MaxIdleConnsPerHost: 100,
		IdleConnTimeout:     90 * time.Second,
	}
}

// examination is one running examination.
type examination struct {
	Options

	deadline time.Time
	report   Report
}

// found adds a finding, unless there is one of its code: the same middleware may
// refuse several requests.
func (e *examination) found(f Finding) {
	for _, known := range e.report.Findings {
		if known.Code == f.Code {
			return
		}
	}
	e.report.Findings = append(e.report.Findings, f)
}

// sync checks that a PUT reaches the SDK. The PUT is signed with a key that no
// app has, and names a kind of server that apps in dev mode refuse, so that
// nothing is registered anywhere. It returns false if nothing answers.
func (e *examination) sync(ctx context.Context) bool {
	body, _ := json.Marshal(wire.InBandSyncRequest{URL: e.report.URL}) // a string always marshals
	a, ok := e.probe(ctx, request{method: http.MethodPut, body: body, key: strangersKey, kind: wire.ServerKindCloud})
	if ok && a.status == http.StatusInternalServerError && a.mentions("cannot be reached") {
		var reply wire.SyncReply
		_ = json.Unmarshal(a.body, &reply) // the body may be anything
		e.found(Finding{
			CodeNoServer, "the app cannot reach its server: " + reply.Message, "the server is not running, or INNGEST_DEV names another address",
			"start the server (inngestkit dev), or start the app with INNGEST_DEV=" + e.Server,
		})
	}
	return a.status != 0
}

const strangersKey = "signkey-doctor-00"

// call checks that calls reach the SDK unchanged.
func (e *examination) call(ctx context.Context) {
	a, ok := e.probe(ctx, request{method: http.MethodPost, body: callBody(0), key: e.SigningKey, call: true})
	if !ok {
		return
	}
	if f := e.judgeCall(a); f != nil {
		e.found(*f)
		return
	}
	if e.Quick {
		return
	}
	large := request{method: http.MethodPost, body: callBody(largeCall), key: e.SigningKey, call: true, large: true}
	if a, ok := e.probe(ctx, large); ok && a.status == http.StatusRequestEntityTooLarge {
		e.found(sdkLimit())
	}
}

// probe sends a request. It returns false if no SDK has answered, and adds the
// reason to the findings.
func (e *examination) probe(ctx context.Context, r request) (answer, bool) {
	a, err := e.send(ctx, r)
	switch {
	case ctx.Err() != nil:
		return a, false
	case err != nil && r.large && !isTimeout(err):
		e.found(bodyLimit(r, "the connection was closed while it was sent"))
	case err != nil:
		e.found(unreachable(e.URL, r, err))
	case !a.bySDK():
		e.found(e.refused(r, a))
	default:
		return a, true
	}
	return a, false
}

// signed returns the value of the signature header.
func signed(key string, body []byte) string { return signature.Sign(key, body, time.Now()) }
