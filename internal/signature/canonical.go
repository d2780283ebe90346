package signature

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of the canonical second try: no honest call nests deeper than the
// first, or is larger than the second.
const (
	maxCanonicalDepth = 1000
	maxCanonicalBytes = 64 << 20
)

// canonicalise returns body in the canonical form of RFC 8785, and whether it
// has one that differs from body. It runs on bytes that nobody has vouched
// for, so depth and size are bounded before the parser sees them.
func canonicalise(body []byte) ([]byte, bool) {
	if len(body) == 0 || len(body) > maxCanonicalBytes || tooDeep(body) {
		return nil, false
	}
	v := jsontext.Value(bytes.Clone(body))
	if err := v.Canonicalize(); err != nil {
		return nil, false
	}
	return v, !bytes.Equal(v, body)
}

// tooDeep counts brackets outside strings; it allocates nothing.
func tooDeep(body []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxCanonicalDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// Canonical returns body as servers send it: in the canonical form of
// RFC 8785, which SDKs verify. A body that has no such form is returned as it
// is.
func Canonical(body []byte) []byte {
	if v, differs := canonicalise(body); differs {
		return v
	}
	return body
}
