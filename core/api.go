package inngestkit

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// apiRequest is a request to Inngest's API.
type apiRequest struct {
	method, url string
	header      http.Header
	body        []byte
	limit       int64 // of the answer, in bytes
}

var errReplyTooLarge = errors.New("the API's answer exceeds the limit")

// callAPI makes a request with each signing key in turn until one is not
// refused.
func (a *App) callAPI(ctx context.Context, r apiRequest) (status int, reply []byte, err error) {
	for _, key := range []string{a.settings.SigningKey, a.settings.SigningKeyFallback} {
		if key == "" && status != 0 {
			break
		}
		status, reply, err = a.callWith(ctx, r, key)
		if err != nil || status != http.StatusUnauthorized && status != http.StatusForbidden {
			break
		}
	}
	return status, reply, err
}

func (a *App) callWith(ctx context.Context, r apiRequest, key string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return 0, nil, err
	}
	maps.Copy(req.Header, r.header)
	a.identify(req)
	if hash := keyHash(key); hash != nil {
		req.Header.Set("Authorization", "Bearer "+*hash)
	}
	resp, err := a.settings.HTTPClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	reply, err := io.ReadAll(io.LimitReader(resp.Body, r.limit+1))
	if int64(len(reply)) > r.limit {
		return 0, nil, errReplyTooLarge
	}
	return resp.StatusCode, reply, err
}

// identify sets what every request to Inngest carries (SDK specification
// 4.1.4).
func (a *App) identify(req *http.Request) {
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", inngestgo.HeaderValueSDK)
	req.Header.Set(wire.HeaderSDK, inngestgo.HeaderValueSDK)
	req.Header.Set(wire.HeaderReqVersion, wire.ReqVersion)
	if a.settings.Env != "" {
		req.Header.Set(wire.HeaderEnv, a.settings.Env)
	}
}
