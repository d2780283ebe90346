package adaptertest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

const (
	appID       = "shop"
	defaultPath = "/api/inngest"
	signingKey  = "signkey-test-0123456789abcdef"
)

// kit is an application behind a server, and its Inngest.
type kit struct {
	*testing.T
	network *network
	app     *inngestkit.App
	inngest *inngest
	client  *http.Client
	handler http.Handler
	url     string // of the application
}

// newKit builds an application in cloud mode. It has the functions of the shop, or
// else the sources. The functions setup and config may be nil.
func newKit(t *testing.T, a Adapter, setup func(*Setup), config func(*inngestkit.Config), sources ...inngestkit.Source) *kit {
	t.Helper()
	return newKitOn(t, nil, a, setup, config, sources...)
}

// newKitOn is newKit on a network.
func newKitOn(t *testing.T, n *network, a Adapter, setup func(*Setup), config func(*inngestkit.Config), sources ...inngestkit.Source) *kit {
	t.Helper()
	k := &kit{T: t, network: n, inngest: newInngest(t, n)}
	c := inngestkit.Config{
		AppID: appID, Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key",
		APIBaseURL: k.inngest.url, EventAPIBaseURL: k.inngest.url,
		SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1},
		Logger:    slog.New(slog.DiscardHandler),
	}
	if n != nil {
		c.HTTPClient = &http.Client{Transport: n.transport()}
	}
	if config != nil {
		config(&c)
	}
	var err error
	if k.app, err = inngestkit.New(c); err != nil {
		t.Fatal(err)
	}
	if sources == nil {
		sources = shop()
	}
	if err := k.app.Register(sources...); err != nil {
		t.Fatal(err)
	}
	s := Setup{
		App:     k.app,
		Crashed: func(v any) { t.Errorf("the framework had to recover from: %v", v) },
	}
	if setup != nil {
		setup(&s)
	}
	k.handler = a.Build(s)
	server := n.serve(k.handler)
	k.url = server.URL
	k.client = &http.Client{
		Transport: n.transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a redirect is an answer too
		},
	}
	t.Cleanup(func() {
		k.client.CloseIdleConnections()
		if n != nil {
			c.HTTPClient.CloseIdleConnections()
		}
		server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := k.app.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return k
}

// reply is an answer, with its whole body.
type reply struct {
	status int
	header http.Header
	body   string
	opened bool // whether it came in gzip
}

// do sends a request to a path of the application. Headers come in pairs.
func (k *kit) do(method, path string, body io.Reader, headers ...string) reply {
	k.Helper()
	req, err := http.NewRequestWithContext(k.Context(), method, k.url+path, body)
	if err != nil {
		k.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := k.client.Do(req)
	if err != nil {
		k.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		k.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, strings.TrimSuffix(string(raw), "\n"), res.Uncompressed} // the SDK ends JSON with one
}

// signed sends a body with a signature, as Inngest does.
func (k *kit) signed(method, path, body string) reply {
	k.Helper()
	return k.do(method, path, strings.NewReader(body), signatureOf(body)...)
}

// signatureOf returns the signature of a body, as a header.
func signatureOf(body string) []string {
	return []string{wire.HeaderSignature, signature.Sign(signingKey, []byte(body), time.Now())}
}

// call calls a function through the webhook at the default path.
func (k *kit) call(function, body string) reply {
	k.Helper()
	return k.signed(http.MethodPost, callPath(defaultPath, function), body)
}

// chunked is call with a body in chunks.
func (k *kit) chunked(function, body string) reply {
	k.Helper()
	return k.do(http.MethodPost, callPath(defaultPath, function), io.MultiReader(strings.NewReader(body)), signatureOf(body)...)
}

// compressed is call through a proxy that compresses bodies.
func (k *kit) compressed(function, body string) reply {
	k.Helper()
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	_, _ = io.WriteString(gz, body) // a buffer does not fail
	_ = gz.Close()
	return k.do(http.MethodPost, callPath(defaultPath, function), &packed, append(signatureOf(body), "Content-Encoding", "gzip")...)
}

func callPath(path, function string) string {
	return path + "?" + wire.QueryFunctionID + "=" + appID + "-" + function + "&" + wire.QueryStepID + "=" + wire.StepAny
}

// callBody returns the body of a call with one order and finished steps.
func callBody(t testing.TB, o order, steps map[string]json.RawMessage) string {
	t.Helper()
	ev := wire.Event{Name: orderPlaced.Name()}
	var err error
	if ev.Data, err = json.Marshal(o); err != nil {
		t.Fatal(err)
	}
	event, err := json.Marshal(ev)
	if err != nil {
		t.Fatal(err)
	}
	if steps == nil {
		steps = map[string]json.RawMessage{}
	}
	body, err := json.Marshal(wire.CallRequest{
		Version: wire.OwnVersion,
		Event:   event, Events: []json.RawMessage{event}, Steps: steps,
		Ctx: wire.CallContext{RunID: "01RUN", FunctionID: "00000000-0000-0000-0000-000000000000"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// equal fails the test unless got is want.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// parse decodes JSON, or fails the test.
func parse[T any](t testing.TB, raw string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatalf("%q is not the JSON expected: %v", raw, err)
	}
	return v
}
