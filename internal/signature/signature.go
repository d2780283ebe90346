// Package signature signs and verifies requests between an Inngest server and
// an app (SDK specification 4.1.3 and 4.1.4).
//
// The signature is an HMAC-SHA256 over the body's raw bytes and the timestamp.
// Servers canonicalise a body before they sign and send it, so its raw bytes
// match. Verify tries the canonical form second, for a body that a proxy has
// re-serialised.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MaxAge is how far a signature's timestamp may be from the verifier's clock,
// in either direction.
const MaxAge = 5 * time.Minute

// maxHeader bounds the signature header: a timestamp and 64 hex digits need
// less than a hundred bytes.
const maxHeader = 256

// Reasons for a refusal. Log them, and do not send them to the caller.
var (
	ErrNoKey     = errors.New("no signing key is configured")
	ErrMissing   = errors.New("the request carries no signature")
	ErrMalformed = errors.New("the signature header is malformed")
	ErrExpired   = errors.New("the signature's timestamp is more than five minutes away")
	ErrMismatch  = errors.New("the signature does not match the body")
)

// Sign returns the value of the signature header for the raw bytes of body at
// the given time.
func Sign(key string, body []byte, at time.Time) string {
	ts := strconv.FormatInt(at.Unix(), 10)
	return "t=" + ts + "&s=" + hex.EncodeToString(mac(key, body, ts))
}

// Verify checks the signature header of body at the time now against each key
// in turn, and returns the key that matched. It skips empty keys, and returns
// [ErrNoKey] if there are no others. It compares in constant time.
func Verify(header string, body []byte, now time.Time, keys ...string) (string, error) {
	ts, sum, err := check(header, now, keys)
	if err != nil {
		return "", err
	}
	if key, ok := match(sum, body, ts, keys); ok {
		return key, nil
	}
	if canonical, ok := canonicalise(body); ok {
		if key, ok := match(sum, canonical, ts, keys); ok {
			return key, nil
		}
	}
	return "", ErrMismatch
}

// Check checks the header without a body. It returns an error if no body can
// match, so that the caller need not read one.
func Check(header string, now time.Time, keys ...string) error {
	_, _, err := check(header, now, keys)
	return err
}

func check(header string, now time.Time, keys []string) (ts int64, sum []byte, err error) {
	if !anyKey(keys) {
		return 0, nil, ErrNoKey
	}
	if header == "" {
		return 0, nil, ErrMissing
	}
	if ts, sum, err = parse(header); err != nil {
		return 0, nil, err
	}
	if age := now.Unix() - ts; age > int64(MaxAge.Seconds()) || age < -int64(MaxAge.Seconds()) {
		return 0, nil, ErrExpired
	}
	return ts, sum, nil
}

func anyKey(keys []string) bool {
	for _, k := range keys {
		if k != "" {
			return true
		}
	}
	return false
}

func match(sum, body []byte, ts int64, keys []string) (string, bool) {
	for _, key := range keys {
		if key != "" && hmac.Equal(sum, mac(key, body, strconv.FormatInt(ts, 10))) {
			return key, true
		}
	}
	return "", false
}

func mac(key string, body []byte, ts string) []byte {
	_, secret := SplitKey(key)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	h.Write([]byte(ts))
	return h.Sum(nil)
}

// parse reads "t=<seconds>&s=<hex>": both parts once, in either order.
func parse(header string) (ts int64, sum []byte, err error) {
	if len(header) > maxHeader {
		return 0, nil, ErrMalformed
	}
	var t, s string
	for part := range strings.SplitSeq(header, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case name == "t" && t == "":
			t = value
		case name == "s" && s == "":
			s = value
		default:
			return 0, nil, ErrMalformed
		}
	}
	if ts, err = strconv.ParseInt(t, 10, 64); err != nil || ts < 0 || strconv.FormatInt(ts, 10) != t {
		return 0, nil, ErrMalformed
	}
	if sum, err = hex.DecodeString(s); err != nil || len(sum) != sha256.Size {
		return 0, nil, ErrMalformed
	}
	return ts, sum, nil
}

// SplitKey splits a signing key into its "signkey-<env>-" prefix and its secret.
// A key without the prefix is all secret.
func SplitKey(key string) (prefix, secret string) {
	rest, ok := strings.CutPrefix(key, "signkey-")
	if !ok {
		return "", key
	}
	env, secret, ok := strings.Cut(rest, "-")
	if !ok || env == "" || strings.IndexFunc(env, notWord) >= 0 {
		return "", key
	}
	return "signkey-" + env + "-", secret
}

func notWord(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// HashKey returns the form of a signing key that authenticates API requests:
// its prefix and the SHA-256 of its decoded secret (SDK specification 4.1.4).
// It returns an error if the secret is not hexadecimal.
func HashKey(key string) (string, error) {
	prefix, secret := SplitKey(key)
	raw, err := hex.DecodeString(secret)
	if err != nil || len(raw) == 0 {
		return "", fmt.Errorf("a signing key must be hexadecimal after its prefix")
	}
	sum := sha256.Sum256(raw)
	return prefix + hex.EncodeToString(sum[:]), nil
}
