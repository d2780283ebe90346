package sending

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// DeriveID returns the event id that belongs to these parts, the same each
// time.
func DeriveID(parts ...[]byte) string {
	sum := Digest(parts...)
	return hex.EncodeToString(sum[:16])
}

// Digest hashes parts with their lengths, so that none can be taken for a
// piece of another.
func Digest(parts ...[]byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}
