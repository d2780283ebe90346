package inngestkit

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// glance refuses, before its body is read, a request that no body can make
// valid. In dev mode it refuses none.
func (h *webhook) glance(r *http.Request) *answer {
	if h.settings.dev() {
		return nil
	}
	s := h.settings
	return h.refuse(r, signature.Check(signatureOf(r), time.Now(), s.SigningKey, s.SigningKeyFallback))
}

// verify lets a request in and returns the key that signed it. In dev mode it
// lets every one in, with no key.
func (h *webhook) verify(r *http.Request, body []byte) (string, *answer) {
	if h.settings.dev() {
		return "", nil
	}
	return h.verifySigned(r, body)
}

// verifySigned holds a request to its signature, whatever the mode.
func (h *webhook) verifySigned(r *http.Request, body []byte) (string, *answer) {
	s := h.settings
	key, err := signature.Verify(signatureOf(r), body, time.Now(), s.SigningKey, s.SigningKeyFallback)
	return key, h.refuse(r, err)
}

// refuse answers a request that is not let in, and logs the reason.
func (h *webhook) refuse(r *http.Request, err error) *answer {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, signature.ErrNoKey):
		h.settings.Logger.Error("inngestkit: refused a request because no signing key is configured; set INNGEST_SIGNING_KEY, or INNGEST_DEV=1 on a developer's machine")
		return failure(http.StatusInternalServerError, "NotConfigured", "the app is not configured to be called")
	default:
		h.settings.Logger.Warn("inngestkit: refused a request", "method", r.Method, "reason", err.Error())
		return unauthorized()
	}
}

// malformed answers a request that was let in and makes no sense, and logs the
// reason, which quotes nothing of the body.
func (h *webhook) malformed(r *http.Request, name, reason string) *answer {
	h.settings.Logger.Error("inngestkit: refused a request", "method", r.Method, "reason", reason)
	return failure(http.StatusBadRequest, name, reason)
}

// signatureOf is the signature header. Several are malformed together, since
// nobody sends them in good faith.
func signatureOf(r *http.Request) string {
	return strings.Join(r.Header.Values(wire.HeaderSignature), ",")
}

// unauthorized says nothing about why.
func unauthorized() *answer {
	return &answer{status: http.StatusUnauthorized, body: []byte(`{"message":"Unauthorized"}`)}
}
