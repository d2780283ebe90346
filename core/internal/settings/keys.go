package settings

import (
	"strings"
	"unicode"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
	"github.com/inngestkit/inngestkit/internal/signature"
)

// DevEventKey is the event key in the event API's path where a dev server
// expects some key.
const DevEventKey = "NO_EVENT_KEY_SET"

func (s *Settings) resolveKeys(l *mistake.List) {
	key := take("SigningKey", s.SigningKey, "INNGEST_SIGNING_KEY")
	fallback := take("SigningKeyFallback", s.SigningKeyFallback, "INNGEST_SIGNING_KEY_FALLBACK")
	event := take("EventKey", s.EventKey, "INNGEST_EVENT_KEY")
	s.SigningKey, s.SigningKeyFallback, s.EventKey = key.value, fallback.value, event.value

	for _, k := range []source{key, fallback} {
		if k.value == "" {
			continue
		}
		if _, err := signature.HashKey(k.value); err != nil {
			l.AddSecret(k.from, "it is not a signing key, which is \"signkey-<env>-\" followed by an even number of hexadecimal digits", "copy it whole from Inngest's dashboard, without quotes")
		}
	}
	if key.value != "" {
		s.SigningHash, _ = signature.HashKey(key.value)
	}
	if strings.HasPrefix(event.value, "signkey-") {
		l.AddSecret(event.from, "it holds a signing key", "put that in INNGEST_SIGNING_KEY, and the event key here")
	}
	if strings.IndexFunc(event.value, notKey) >= 0 {
		l.AddSecret(event.from, "an event key holds only letters, digits, '-' and '_'", "copy it whole from Inngest's dashboard, without quotes")
	}
	if s.EventKey == "" && s.Dev() {
		s.EventKey = DevEventKey
	}
}

// notKey reports whether a character would change the event API's URL.
func notKey(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.~", r)
}

// Warn adds what works but is probably a mistake.
func (s *Settings) Warn(l *mistake.List) {
	if !s.Dev() && s.SigningKey == "" {
		l.AddSecret("Config.SigningKey", "cloud mode without a signing key refuses every call", "set INNGEST_SIGNING_KEY, or INNGEST_DEV=1 on a developer's machine")
	}
	if !s.Dev() && s.EventKey == "" && !s.ReceiveOnly {
		l.AddSecret("Config.EventKey", "cloud mode without an event key cannot send", "set INNGEST_EVENT_KEY, Config.ReceiveOnly if the app sends no events, or INNGEST_DEV=1 on a developer's machine")
	}
	if s.SigningKey == "" && s.SigningKeyFallback != "" {
		l.AddSecret("Config.SigningKeyFallback", "a fallback alone authenticates no API request", "set INNGEST_SIGNING_KEY too")
	}
	if s.Dev() && (production(s.SigningKey) || production(s.SigningKeyFallback)) {
		l.AddSecret("Config.Mode", "dev mode checks no signatures, and a production signing key is configured", "unset INNGEST_DEV where this key is used")
	}
}

// production reports whether a signing key is one of a production
// environment.
func production(key string) bool {
	prefix, _ := signature.SplitKey(key)
	return prefix == "signkey-prod-"
}
