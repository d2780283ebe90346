package settings

import (
	"strings"
	"unicode"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// ValidID reports whether id can be the id of an app or a function.
func ValidID(id string) bool {
	return id != "" && len(id) <= wire.MaxIDBytes && !HoldsSpace(id)
}

// HoldsSpace reports whether a name holds spaces or control characters.
func HoldsSpace(name string) bool { return strings.IndexFunc(name, notID) >= 0 }

func notID(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// SuggestID returns a valid id that resembles an invalid one.
func SuggestID(id string) string {
	s := strings.Trim(strings.Map(func(r rune) rune {
		if notID(r) {
			return '-'
		}
		return r
	}, strings.ToLower(id)), "-")
	if len(s) > wire.MaxIDBytes {
		s = strings.ToValidUTF8(s[:wire.MaxIDBytes], "")
	}
	if s == "" {
		return "my-app"
	}
	return s
}
