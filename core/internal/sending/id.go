package sending

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/oklog/ulid/v2"
)

// DeriveID returns the event id that belongs to these parts, the same each
// time: a ULID of the given time, in milliseconds since 1970, and a hash.
func DeriveID(ms uint64, parts ...[]byte) string {
	sum := Digest(parts...)
	id, err := ulid.New(min(ms, ulid.MaxTime()), bytes.NewReader(sum[:]))
	if err != nil {
		panic(err) // a hash has bytes enough
	}
	return id.String()
}

// NewID returns an event id that belongs to nothing else: a ULID.
func NewID() string { return ulid.Make().String() }

// TimeOf returns the time of a ULID, in milliseconds since 1970, or 0 for
// another id.
func TimeOf(id string) uint64 {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return 0
	}
	return parsed.Time()
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
