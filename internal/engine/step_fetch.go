package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// maxRedirects is the number of redirects that a request follows. The official
// server follows 60.
const maxRedirects = 10

// fetched is the result of an HTTP request, in the shape of the SDK's
// step.FetchResponse.
type fetched struct {
	Body       string            `json:"body"`
	Headers    map[string]string `json:"headers"`
	StatusCode int               `json:"status_code"`
	URL        string            `json:"url"`
}

// fetch makes a request within Config.CallTimeout, and accepts an answer of at
// most wire.MaxStepBytes. Every answer to an HTTP request is a result. A model's
// answer must have a 2xx status and be JSON.
func (e *Engine) fetch(r *request) StepAnswer {
	ctx, cancel := context.WithTimeout(e.ctx, e.cfg.CallTimeout)
	defer cancel()
	req, err := r.build(ctx)
	if err != nil {
		return r.failed(nil, "%v", err)
	}
	client := http.Client{Transport: e.cfg.Gateway, CheckRedirect: r.redirected}
	res, err := client.Do(req)
	if err != nil {
		return r.failed(nil, "the request to %s failed: %s", origin(req.URL), reason(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, wire.MaxStepBytes+1))
	if err != nil {
		return r.failed(nil, "the answer of %s broke off: %s", origin(req.URL), reason(err))
	}
	a := r.result(req.URL, res, body)
	size := max(len(body), len(a.Data))
	if a.Err != nil {
		size = max(size, len(a.Err.Data))
	}
	if size > wire.MaxStepBytes {
		return r.failed(nil, "the answer of %s is larger than %d MiB, the limit of a step's output", origin(req.URL), maxStepMiB)
	}
	return a
}

// build returns the HTTP request to send.
func (r *request) build(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil || req.URL.Host == "" || (req.URL.Scheme != "http" && req.URL.Scheme != "https") {
		return nil, errors.New("the URL is not valid: it must be absolute, such as https://api.example.com/v1/orders")
	}
	req.Header.Set("User-Agent", "inngestkit")
	if r.ai != nil {
		r.ai.authorize(req)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	return req, nil
}

// authorize adds the key in the form that the format's provider expects, as the
// official server does. The step's headers take precedence.
func (ai *inference) authorize(req *http.Request) {
	req.Header.Set("Content-Type", "application/json")
	if ai.key == "" {
		return
	}
	switch ai.format {
	case "anthropic":
		req.Header.Set("X-Api-Key", ai.key)
	case "gemini":
		q := req.URL.Query()
		q.Set("key", ai.key)
		req.URL.RawQuery = q.Encode()
	case "bedrock":
		req.Header.Set("Authorization", ai.key)
	default:
		req.Header.Set("Authorization", "Bearer "+ai.key)
	}
}

// redirected removes possible secrets from a redirected request: the URL that the
// step asked for and, if the host is another one, the step's headers.
func (r *request) redirected(next *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("it was redirected more than %d times", maxRedirects)
	}
	next.Header.Del("Referer")
	if origin(next.URL) != origin(via[0].URL) {
		maps.DeleteFunc(next.Header, func(name string, _ []string) bool { return name != "User-Agent" && name != "Content-Type" })
	}
	return nil
}

// result returns the step's result for an answer.
func (r *request) result(asked *url.URL, res *http.Response, body []byte) StepAnswer {
	if r.ai != nil {
		return r.inferred(asked, res.StatusCode, body)
	}
	out := fetched{Body: string(body), Headers: map[string]string{}, StatusCode: res.StatusCode, URL: r.url}
	if asked.User != nil {
		out.URL = withoutUser(asked).String()
	}
	for name, values := range res.Header {
		out.Headers[name] = strings.Join(values, ",")
	}
	raw, _ := json.Marshal(out) // strings and numbers always marshal
	return StepAnswer{Data: raw}
}

// inferred returns the step's result for a model's answer. The answer of a failure
// becomes the error's data, which step.Infer of the SDK reads.
func (r *request) inferred(asked *url.URL, status int, body []byte) StepAnswer {
	body = validUTF8(body)
	switch {
	case status/100 != 2:
		return r.failed(asJSON(body), "%s answered with status %d", origin(asked), status)
	case !json.Valid(body):
		return r.failed(asJSON(body), "%s answered with status %d, but not with JSON", origin(asked), status)
	}
	return StepAnswer{Data: bytes.TrimSpace(body)}
}

// failed returns a retriable failure. Of the step's options, its text may contain
// only the origin of the URL, because the others may be secret.
func (r *request) failed(data json.RawMessage, format string, args ...any) StepAnswer {
	name := "GatewayError"
	if r.ai != nil {
		name = "AIGatewayError"
	}
	return StepAnswer{Err: &wire.StepError{Name: name, Message: fmt.Sprintf(format, args...), Data: data}}
}

// origin returns the parts of a URL that are never secret. A path or a query may
// contain tokens.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// reason says why a request failed. Unlike the HTTP client's errors it quotes
// neither the URL nor the answer, which may repeat the URL.
func reason(err error) string {
	var dns *net.DNSError
	var wrapped *url.Error
	switch text := err.Error(); {
	case errors.Is(err, context.DeadlineExceeded):
		return "it took too long"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.As(err, &dns):
		return "its host could not be found"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "the connection was closed"
	case strings.Contains(text, "failed to parse Location"): // net/http has no types for these
		return "it was redirected to an invalid URL"
	case strings.Contains(text, "malformed"), strings.Contains(text, "readLoopPeekFailLocked: %!w(<nil>)"): // or the peer talks first
		return "the answer is not HTTP"
	case errors.As(err, &wrapped):
		return wrapped.Err.Error()
	}
	return err.Error()
}
