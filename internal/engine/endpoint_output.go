package engine

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
)

// EndpointOutput waits for an endpoint's run to end and returns it, for whoever
// has its token. Errors are *RequestError, ErrClosed or that of ctx.
func (e *Engine) EndpointOutput(ctx context.Context, runID, token string) (Run, error) {
	if !hmac.Equal([]byte(token), []byte(e.outputToken(runID))) {
		return Run{}, &RequestError{http.StatusUnauthorized, "Unable to find run with auth token"}
	}
	return e.WaitRun(ctx, runID)
}

// outputToken is what lets one ask for a run's output. Without a signing key
// everything can be asked for anyhow.
func (e *Engine) outputToken(runID string) string {
	mac := hmac.New(sha256.New, []byte(e.cfg.SigningKey))
	_, _ = io.WriteString(mac, "output of run "+runID) // a hash takes all
	return hex.EncodeToString(mac.Sum(nil))
}
