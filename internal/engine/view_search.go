package engine

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// containsFold reports whether b contains text in any case. text is in lower case.
func containsFold(b, text []byte) bool { return bytes.Contains(bytes.ToLower(b), text) }

// containsJSON is containsFold for a JSON document, raw and unescaped: Go writes &
// as \u0026, and some encoders escape everything that is not ASCII.
func containsJSON(raw, text []byte) bool {
	return containsFold(raw, text) || bytes.IndexByte(raw, '\\') >= 0 && containsFold(unescaped(raw), text)
}

// unescaped returns a JSON document whose escapes are replaced by their characters,
// for searching. The result is not JSON.
func unescaped(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for {
		at := bytes.IndexByte(raw, '\\')
		if at < 0 || at+1 == len(raw) {
			return append(out, raw...)
		}
		out = append(out, raw[:at]...)
		kind := raw[at+1]
		raw = raw[at+2:]
		switch kind {
		case 'u':
			var r rune
			r, raw = unit(raw)
			if low, ok := bytes.CutPrefix(raw, []byte(`\u`)); ok && utf16.IsSurrogate(r) {
				var second rune
				second, raw = unit(low)
				r = utf16.DecodeRune(r, second)
			}
			out = utf8.AppendRune(out, r)
		case 'b', 'f', 'n', 'r', 't':
			out = append(out, ' ')
		default:
			out = append(out, kind) // a quote, a backslash or a slash
		}
	}
}

// unit parses the four hexadecimal digits of an escape, and returns the remaining
// bytes.
func unit(raw []byte) (rune, []byte) {
	n := min(4, len(raw))
	v, _ := strconv.ParseUint(string(raw[:n]), 16, 16) // a valid document has digits there
	return rune(v), raw[n:]
}
