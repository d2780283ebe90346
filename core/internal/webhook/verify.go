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

// glance refuses, before its body is read, a request that no body can make
// valid. In dev mode it refuses none.
func (h *webhook) glance(r *http.Request) *call.Answer {
	if h.Settings.Dev() {
		return nil
	}
	s := h.Settings
	return h.refuse(r, signature.Check(signatureOf(r), time.Now(), s.SigningKey, s.SigningKeyFallback))
}

// verify accepts a signed request and returns the key that signed it. In dev
// mode it accepts every request, and returns no key.
func (h *webhook) verify(r *http.Request, body []byte) (string, *call.Answer) {
	if h.Settings.Dev() {
		return "", nil
	}
	return h.verifySigned(r, body)
}

// verifySigned checks a request's signature, whatever the mode.
func (h *webhook) verifySigned(r *http.Request, body []byte) (string, *call.Answer) {
	s := h.Settings
	key, err := signature.Verify(signatureOf(r), body, time.Now(), s.SigningKey, s.SigningKeyFallback)
	return key, h.refuse(r, err)
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
