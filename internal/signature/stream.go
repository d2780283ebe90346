package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"strconv"
	"time"
)

// Verifier verifies a body while it is read, without holding it.
type Verifier struct {
	sum  []byte
	ts   string
	keys []string
	macs []hash.Hash // of each key
}

// NewVerifier returns a verifier of the body that the signature header belongs
// to. It returns the error of [Check] if no body can match.
func NewVerifier(header string, now time.Time, keys ...string) (*Verifier, error) {
	ts, sum, err := check(header, now, keys)
	if err != nil {
		return nil, err
	}
	v := &Verifier{sum: sum, ts: strconv.FormatInt(ts, 10)}
	for _, key := range keys {
		if key != "" {
			_, secret := SplitKey(key)
			v.keys, v.macs = append(v.keys, key), append(v.macs, hmac.New(sha256.New, []byte(secret)))
		}
	}
	return v, nil
}

// Write takes the next bytes of the body. It never fails.
func (v *Verifier) Write(p []byte) (int, error) {
	for _, m := range v.macs {
		m.Write(p)
	}
	return len(p), nil
}

// Verify returns the key that has signed the bytes written, compared in constant
// time, or [ErrMismatch]. Call it once, after the last Write.
func (v *Verifier) Verify() (string, error) {
	for i, m := range v.macs {
		m.Write([]byte(v.ts))
		if hmac.Equal(v.sum, m.Sum(nil)) {
			return v.keys[i], nil
		}
	}
	return "", ErrMismatch
}

// VerifyCanonical tries the canonical form of a body that Verify refused: a
// proxy may have serialised it again. It takes about twice the body's size in
// memory.
func (v *Verifier) VerifyCanonical(body []byte) (string, error) {
	canonical, ok := canonicalise(body)
	if !ok {
		return "", ErrMismatch
	}
	for _, key := range v.keys {
		_, secret := SplitKey(key)
		m := hmac.New(sha256.New, []byte(secret))
		m.Write(canonical)
		m.Write([]byte(v.ts))
		if hmac.Equal(v.sum, m.Sum(nil)) {
			return key, nil
		}
	}
	return "", ErrMismatch
}
