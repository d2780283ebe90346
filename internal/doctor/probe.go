package doctor

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// largeCall is the size of calls that apps must accept, by Inngest's
// documentation.
const largeCall = wire.MaxCallBytes

// The ids of a function that no app has. SDKs require a UUID as internal id.
const (
	noFunction   = "inngestkit-doctor-no-such-function"
	noFunctionID = "00000000-0000-0000-0000-000000000000"
)

// callBody returns a call request (SDK specification 4.4.1) of at least size
// bytes.
func callBody(size int) []byte {
	const head = `{"ctx":{"attempt":0,"fn_id":"` + noFunctionID + `","run_id":"doctor","stack":{"stack":[],"current":0}},` +
		`"event":{"name":"inngestkit/doctor","id":"doctor","ts":1,"data":{"padding":"`
	const tail = `"}},"events":[],"steps":{},"use_api":false}`
	return []byte(head + strings.Repeat("x", max(0, size-len(head)-len(tail))) + tail)
}

// request is one probe.
type request struct {
	method string
	path   string // replaces the URL's path unless it is empty
	body   []byte
	key    string // signs the request unless it is empty
	kind   string // the kind of server in the header; defaults to dev
	call   bool   // whether it calls a function
	large  bool   // whether it has largeCall bytes
}

// String describes the request.
func (r request) String() string {
	switch {
	case r.large:
		return "a POST of 4 MiB"
	case len(r.body) > 0:
		return fmt.Sprintf("a %s of %d bytes", r.method, len(r.body))
	}
	return "a " + r.method
}

// maxAnswer bounds the bytes that are read of an answer.
const maxAnswer = 1 << 20

// answer is the answer to a probe.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// bySDK reports whether an SDK gave the answer.
func (a answer) bySDK() bool { return BySDK(a.header) }

// BySDK reports whether an answer's headers are those of an Inngest handler, even
// if it refused the request. Some SDKs omit their name when they refuse.
func BySDK(h http.Header) bool {
	return h.Get(wire.HeaderSDK) != "" || h.Get(wire.HeaderSDKHandled) != ""
}

// mentions reports whether the answer's body contains a word in any case. The
// word must be in lower case.
func (a answer) mentions(word string) bool {
	return bytes.Contains(bytes.ToLower(a.body), []byte(word))
}

func (a answer) html() bool { return strings.HasPrefix(a.header.Get("Content-Type"), "text/html") }

// send sends a request. Its body is in the canonical form over which SDKs verify
// signatures. Errors are those of the transport.
func (e *examination) send(ctx context.Context, r request) (answer, error) {
	r.body = signature.Canonical(r.body)
	ctx, cancel := context.WithTimeout(ctx, min(probeTimeout, time.Until(e.deadline)))
	defer cancel()
	to := *e.URL
	to.User = nil
	if r.path != "" {
		to.Path, to.RawPath = r.path, ""
	}
	if r.call {
		q := to.Query()
		q.Set(wire.QueryFunctionID, noFunction)
		q.Set(wire.QueryStepID, wire.StepAny)
		to.RawQuery = q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, to.String(), bytes.NewReader(r.body))
	if err != nil {
		return answer{}, fmt.Errorf("making the request: %w", err)
	}
	e.dress(req, r)
	res, err := e.Transport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return answer{}, err
	}
	return answer{status: res.StatusCode, header: res.Header, body: body}, nil
}

func (e *examination) dress(req *http.Request, r request) {
	if u := e.URL.User; u != nil {
		password, _ := u.Password()
		req.SetBasicAuth(u.Username(), password)
	}
	h := req.Header
	h.Set("User-Agent", "inngestkit-doctor")
	h.Set(wire.HeaderServerKind, wire.ServerKindDev)
	if r.kind != "" {
		h.Set(wire.HeaderServerKind, r.kind)
	}
	if len(r.body) > 0 {
		h.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		h.Set(wire.HeaderSignature, signed(r.key, r.body))
	}
}

// ParseURL parses the URL of an app's endpoint. An error says how to write it.
func ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return u, nil
	}
	if !strings.Contains(raw, "://") && !strings.Contains(raw, "@") {
		if guess, err := url.Parse("http://" + raw); err == nil && guess.Host != "" {
			return nil, fmt.Errorf("%q has no scheme; write %s", raw, guess)
		}
	}
	if raw = strconv.Quote(raw); err != nil {
		raw = "it" // an invalid URL may contain a password
	} else if u.User != nil {
		raw = strconv.Quote(u.Redacted())
	}
	return nil, fmt.Errorf("%s is not an http or https URL; write one such as http://127.0.0.1:8080/api/inngest", raw)
}
