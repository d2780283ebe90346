// Package doctor asks an app's endpoint how it is, and says what keeps an
// Inngest server and the app from working together: an address at which there
// is no Inngest handler, middleware that refuses the webhook, a mode or key
// that does not match, a version it does not know.
//
// It sends four requests, and none of them starts or changes anything: a GET
// (introspection, SDK specification 4.5), a sync that no SDK accepts, and two
// calls, a small and a large one, of a function that no app has.
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

// DefaultServer is the dev server that advice names.
const DefaultServer = "http://127.0.0.1:8288"

// Options say what to examine. URL is required.
type Options struct {
	// URL is the app's endpoint. A user name and password in it are sent as
	// basic authentication and reported nowhere.
	URL *url.URL
	// SigningKey signs the requests. Without it an app in cloud mode tells
	// nothing of itself.
	SigningKey string
	// Server is the URL of the server that the app is to work with. Defaults
	// to DefaultServer.
	Server string
	// Transport defaults to one that knows no proxy. Redirects are never
	// followed.
	Transport http.RoundTripper
	// Quick leaves out the large request.
	Quick bool
}

// Report is what an examination found.
type Report struct {
	// URL is the endpoint's, without a password.
	URL string `json:"url"`
	// App is what the app told of itself; nil if it told nothing.
	App *App `json:"app,omitempty"`
	// Findings are in the order in which they are best dealt with. None means
	// that all is well.
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

// App is what an app tells of itself. An app in cloud mode tells it to who
// has its signing key.
type App struct {
	ID        string `json:"id,omitempty"`
	Mode      string `json:"mode,omitempty"`
	SDK       string `json:"sdk,omitempty"`
	Framework string `json:"framework,omitempty"`
	Functions int    `json:"functions"`
}

// Bounds of one request, and of all of them together: one that is not answered
// is the last.
const (
	probeTimeout       = 10 * time.Second
	examinationTimeout = 20 * time.Second
)

// Examine examines an endpoint. It contacts nothing but the URL's host, and
// takes 20 seconds at most.
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
	}
	return e.report
}

// NewTransport carries requests to apps. They are near, so it knows no proxy.
func NewTransport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: probeTimeout}).DialContext,
		TLSHandshakeTimeout: probeTimeout,
		MaxIdleConnsPerHost: 100,
		IdleConnTimeout:     90 * time.Second,
	}
}

// examination is one examination under way.
type examination struct {
	Options

	deadline time.Time
	report   Report
}

// found notes a finding, once: what keeps a GET out may keep a POST out too.
func (e *examination) found(f Finding) {
	for _, known := range e.report.Findings {
		if known.Code == f.Code {
			return
		}
	}
	e.report.Findings = append(e.report.Findings, f)
}

// sync sees whether a PUT reaches the SDK. It is signed with a key that no app
// has, and names the kind of server that an app in dev mode does not work
// with, so that nothing is registered anywhere. It returns false if nothing
// answers.
func (e *examination) sync(ctx context.Context) bool {
	body, _ := json.Marshal(wire.InBandSyncRequest{URL: e.report.URL}) // a string always marshals
	a, ok := e.probe(ctx, request{method: http.MethodPut, body: body, key: strangersKey, kind: wire.ServerKindCloud})
	if ok && a.status == http.StatusInternalServerError && a.mentions("cannot be reached") {
		var reply wire.SyncReply
		_ = json.Unmarshal(a.body, &reply) // it need not be JSON
		e.found(Finding{
			CodeNoServer, "the app cannot reach its server: " + reply.Message, "the server is not running, or INNGEST_DEV names another address",
			"start the server (inngestkit dev), or start the app with INNGEST_DEV=" + e.Server,
		})
	}
	return a.status != 0
}

const strangersKey = "signkey-doctor-00"

// call sees whether calls reach the SDK as they were sent.
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

// probe sends a request, and notes what kept it from being answered by an SDK
// if something did.
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
