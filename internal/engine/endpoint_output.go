package engine

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
)

// EndpointOutput waits for an endpoint's run to end and returns it. The token is
// the one in the run's [wire.EndpointRunReply]. Errors are *RequestError,
// ErrNotFound, ErrClosed or the cause of ctx.
func (e *Engine) EndpointOutput(ctx context.Context, runID, token string) (Run, error) {
	if !hmac.Equal([]byte(token), []byte(e.outputToken(runID))) {
		return Run{}, &RequestError{http.StatusUnauthorized, "Unable to find run with auth token"}
	}
	return e.WaitRun(ctx, runID)
}

// outputToken returns the token that gives access to a run's output. Without a
// signing key the token protects nothing, as nothing else is protected either.
func (e *Engine) outputToken(runID string) string {
	mac := hmac.New(sha256.New, []byte(e.cfg.SigningKey))
	_, _ = io.WriteString(mac, "output of run "+runID) // a hash never fails
	return hex.EncodeToString(mac.Sum(nil))
}
