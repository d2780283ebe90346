package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// maxSyncAnswer bounds an app's answer to a sync, in bytes.
const maxSyncAnswer = 16 << 20

// syncTimeout bounds a sync, in real time.
const syncTimeout = 30 * time.Second

// SyncURL asks the app at url to register itself (SDK specification 4.3.1). An
// error quotes the app's answer.
func (e *Engine) SyncURL(ctx context.Context, url string) error {
	req, err := e.AskURL(ctx, url)
	if err == nil && req != nil {
		_, err = e.Register(*req)
	}
	return err
}

// AskURL sends the PUT of a sync to the app at url. The app answers after it has
// posted its registration to its own server, which calls Register if that server
// is this engine's. With a signing key the PUT is signed, and the app may answer
// with its registration instead (SDK specification 4.3.5): AskURL then returns
// it. An error quotes the app's answer.
func (e *Engine) AskURL(ctx context.Context, url string) (*wire.SyncRequest, error) {
	ctx, cancel := context.WithTimeout(ctx, syncTimeout)
	defer cancel()
	defer context.AfterFunc(e.ctx, cancel)()
	var ask []byte
	if e.cfg.SigningKey != "" {
		ask, _ = json.Marshal(wire.InBandSyncRequest{URL: url}) // a string always marshals
	}
	res, err := e.request(ctx, http.MethodPut, url, ask, "")
	if err != nil {
		return nil, fmt.Errorf("syncing: %s", unreachable(url, err).err.Message)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxSyncAnswer))
	switch {
	case err != nil:
		return nil, fmt.Errorf("syncing: %s", unreachable(url, err).err.Message)
	case res.Header.Get(wire.HeaderSDK) == "":
		return nil, fmt.Errorf("syncing with %s: %s", url, stranger(res.StatusCode, res.Header))
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("syncing: the app at %s answered with status %d: %s", url, res.StatusCode, syncMessage(body))
	case len(ask) > 0 && res.Header.Get(wire.HeaderSyncKind) == wire.SyncInBand:
		return e.inBand(res.Header.Get(wire.HeaderSignature), body)
	}
	return nil, nil
}

// inBand returns the registration in an app's answer, if it is signed.
func (e *Engine) inBand(sig string, body []byte) (*wire.SyncRequest, error) {
	// Some apps sign before they write a final newline.
	body = bytes.TrimSpace(body)
	if _, err := signature.Verify(sig, body, e.clock.Now(), e.cfg.SigningKey); err != nil {
		return nil, fmt.Errorf("syncing: the app's registration cannot be trusted: %w", err)
	}
	var reply wire.InBandSyncReply
	if err := json.Unmarshal(body, &reply); err != nil {
		return nil, fmt.Errorf("syncing: the app's registration cannot be read: %w", err)
	}
	req := &wire.SyncRequest{
		AppName: reply.AppID, AppVersion: reply.AppVersion, URL: reply.URL,
		SDK: reply.SDKLanguage + ":" + reply.SDKVersion, Functions: reply.Functions,
	}
	if reply.Framework != nil {
		req.Framework = *reply.Framework
	}
	return req, nil
}

func syncMessage(body []byte) string {
	var reply wire.SyncReply
	if json.Unmarshal(body, &reply) == nil && reply.Message != "" {
		return reply.Message
	}
	return strings.TrimSpace(string(body))
}
