package signature

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of the canonical second try. No honest call exceeds them.
const (
	maxCanonicalDepth = 1000
	maxCanonicalBytes = 16 << 20
)

// canonicalise returns body in the canonical form of RFC 8785. It reports
// whether there is such a form and it differs from body. It runs on unverified
// bytes, so it bounds their depth and size before it parses them.
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

// tooDeep reports whether brackets outside strings nest deeper than
// maxCanonicalDepth. It allocates nothing.
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

// Canonical returns body as servers send it and SDKs verify it: in the canonical
// form of RFC 8785. If it has no such form, Canonical returns body.
func Canonical(body []byte) []byte {
	if v, differs := canonicalise(body); differs {
		return v
	}
	return body
}
