package inngestkit

import (
	"strings"
	"unicode"
)

// validID holds for app and function ids.
func validID(id string) bool {
	return id != "" && len(id) <= 128 && strings.IndexFunc(id, notID) < 0
}

func notID(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func suggestID(id string) string {
	s := strings.Trim(strings.Map(func(r rune) rune {
		if notID(r) {
			return '-'
		}
		return r
	}, strings.ToLower(id)), "-")
	if len(s) > 128 {
		s = strings.ToValidUTF8(s[:128], "")
	}
	if s == "" {
		return "my-app"
	}
	return s
}
