package inngestkit

import (
	"errors"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

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
	key, err := signature.Verify(r.Header.Get(wire.HeaderSignature), body, time.Now(), s.SigningKey, s.SigningKeyFallback)
	switch {
	case err == nil:
		return key, nil
	case errors.Is(err, signature.ErrNoKey):
		s.Logger.Error("inngestkit: refused a request because no signing key is configured; set INNGEST_SIGNING_KEY, or INNGEST_DEV=1 on a developer's machine")
		return "", failure(http.StatusInternalServerError, "NotConfigured", "the app is not configured to be called")
	default:
		s.Logger.Warn("inngestkit: refused a request", "method", r.Method, "reason", err.Error())
		return "", unauthorized()
	}
}

// unauthorized says nothing about why.
func unauthorized() *answer {
	return &answer{status: http.StatusUnauthorized, body: []byte(`{"message":"Unauthorized"}`)}
}
