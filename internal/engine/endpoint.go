package engine

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// An endpoint is an HTTP handler that takes steps: each of its requests is a run
// (SDK specification 10.3.2). The endpoint calls the engine first. The engine
// makes the function, and the app of the endpoint's domain, from that request.

// endpointTarget is the address of an endpoint, from its run's event.
type endpointTarget struct {
	app, fn string // names
	method  string
	url     string
}

// readTarget parses the data of an endpoint's event.
func readTarget(data json.RawMessage) (endpointTarget, error) {
	var req wire.EndpointRequest
	if err := json.Unmarshal(data, &req); err != nil {
		return endpointTarget{}, fmt.Errorf("data: %w", err)
	}
	u, err := url.Parse(strings.TrimSuffix(req.Domain, "/"))
	switch {
	case err != nil || !isOrigin(u):
		return endpointTarget{}, fmt.Errorf("domain must be a scheme and a host, such as http://127.0.0.1:8080, not %q", req.Domain)
	case !isToken(req.Method):
		return endpointTarget{}, fmt.Errorf("method must be an HTTP method, not %q", req.Method)
	case !strings.HasPrefix(req.Path, "/"):
		return endpointTarget{}, fmt.Errorf("path must begin with a slash: %q", req.Path)
	}
	t := endpointTarget{app: u.String(), fn: req.Fn, method: req.Method}
	t.url = t.app + (&url.URL{Path: req.Path}).EscapedPath()
	if t.fn == "" {
		t.fn = req.Method + " " + req.Path
	}
	return t, nil
}

// isOrigin reports whether u consists of an http or https scheme and a host.
func isOrigin(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && *u == (url.URL{Scheme: u.Scheme, Host: u.Host})
}

// isToken reports whether s is a possible HTTP method.
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// id returns the function's composite id.
func (t endpointTarget) id() string { return t.app + "-" + t.fn }
