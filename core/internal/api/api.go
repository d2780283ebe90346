// Package api makes an app's requests to the API of the Inngest server.
package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Client makes requests. It is safe for concurrent use.
type Client struct{ Settings *settings.Settings }

// Request is a request to the API.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
	Limit       int64 // of the answer, in bytes
}

// ErrTooLarge means that the API's answer exceeds the request's limit.
var ErrTooLarge = errors.New("the API's answer exceeds the limit")

// Do makes a request with each signing key in turn until one is not refused.
func (a *Client) Do(ctx context.Context, r Request) (status int, reply []byte, err error) {
	for _, key := range []string{a.Settings.SigningKey, a.Settings.SigningKeyFallback} {
		if key == "" && status != 0 {
			break
		}
		status, reply, err = a.doWith(ctx, r, key)
		if err != nil || status != http.StatusUnauthorized && status != http.StatusForbidden {
			break
		}
	}
	return status, reply, err
}

func (a *Client) doWith(ctx context.Context, r Request, key string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return 0, nil, err
	}
	maps.Copy(req.Header, r.Header)
	Identify(req, a.Settings)
	if hash := KeyHash(key); hash != nil {
		req.Header.Set("Authorization", "Bearer "+*hash)
	}
	resp, err := a.Settings.HTTPClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	reply, err := io.ReadAll(io.LimitReader(resp.Body, r.Limit+1))
	if int64(len(reply)) > r.Limit {
		return 0, nil, ErrTooLarge
	}
	return resp.StatusCode, reply, err
}

// Identify sets the headers that every request to Inngest carries (SDK
// specification 4.1.4).
func Identify(req *http.Request, s *settings.Settings) {
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", inngestgo.HeaderValueSDK)
	req.Header.Set(wire.HeaderSDK, inngestgo.HeaderValueSDK)
	req.Header.Set(wire.HeaderReqVersion, wire.ReqVersion)
	if s.Env != "" {
		req.Header.Set(wire.HeaderEnv, s.Env)
	}
}

// KeyHash returns the hash of a signing key, or nil if there is none.
func KeyHash(key string) *string {
	if key == "" {
		return nil
	}
	hash, err := signature.HashKey(key)
	if err != nil {
		return nil
	}
	return &hash
}

// WithoutURL drops the URL from an error of net/http: it may hold the event
// key.
func WithoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Pause waits, and reports whether ctx lasted as long.
func Pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
