package engine

import (
	"crypto/subtle"

	"github.com/inngestkit/inngestkit/internal/signature"
)

// Authorized reports whether a bearer token is the signing key, plain or
// hashed (SDK specification 4.1.4). An engine without a signing key accepts
// every token.
func (e *Engine) Authorized(token string) bool {
	key := e.cfg.SigningKey
	if key == "" || same(token, key) {
		return true
	}
	hash, err := signature.HashKey(key)
	return err == nil && same(token, hash)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
