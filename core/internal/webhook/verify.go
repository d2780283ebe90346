package webhook

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// verifier returns the verifier of a call's body, or refuses a request that no
// body can make valid. In dev mode every request is accepted, and there is none.
func (h *webhook) verifier(r *http.Request) (*signature.Verifier, *call.Answer) {
	if h.Settings.Dev() {
		return nil, nil
	}
	return h.signedVerifier(r)
}

// signedVerifier does the same whatever the mode.
func (h *webhook) signedVerifier(r *http.Request) (*signature.Verifier, *call.Answer) {
	s := h.Settings
	v, err := signature.NewVerifier(signatureOf(r), time.Now(), s.SigningKey, s.SigningKeyFallback)
	return v, h.refuse(r, err)
}

// refuse answers an unverified request, and logs the reason.
func (h *webhook) refuse(r *http.Request, err error) *call.Answer {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, signature.ErrNoKey):
		h.Settings.Logger.Error("inngestkit: refused a request because no signing key is configured; set INNGEST_SIGNING_KEY, or INNGEST_DEV=1 on a developer's machine")
		return call.Failure(http.StatusInternalServerError, "NotConfigured", "the app is not configured to be called")
	default:
		h.Settings.Logger.Warn("inngestkit: refused a request", "method", r.Method, "reason", err.Error())
		return unauthorized()
	}
}

// signatureOf returns the signature header. Several together are malformed:
// nobody sends them in good faith.
func signatureOf(r *http.Request) string {
	return strings.Join(r.Header.Values(wire.HeaderSignature), ",")
}

// unauthorized says nothing about why.
func unauthorized() *call.Answer {
	return &call.Answer{Status: http.StatusUnauthorized, Body: []byte(`{"message":"Unauthorized"}`)}
}
