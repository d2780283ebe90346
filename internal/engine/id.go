package engine

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID returns a new ULID, such as runs and events have.
func (e *Engine) NewID() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.newID(e.clock.Now())
}

// newID returns a new ULID. The caller holds the lock.
func (e *Engine) newID(now time.Time) string {
	id, err := ulid.New(ulid.Timestamp(now), e.entropy)
	if err != nil { // no larger random part is left in this millisecond
		id = ulid.MustNew(ulid.Timestamp(now)+1, e.entropy)
	}
	return id.String()
}

// idSeed derives the ids of a request's events, so that a repeated request has
// the same ids. It comes in the header x-inngest-event-id-seed as
// "<milliseconds>,<base64 of ten bytes>".
type idSeed struct {
	ms      uint64
	entropy [10]byte
}

// parseSeed parses a seed, and returns false if the header has none. A request
// with a malformed seed is valid: the header is optional.
func parseSeed(header string) (idSeed, bool) {
	ms, encoded, ok := strings.Cut(header, ",")
	if !ok {
		return idSeed{}, false
	}
	var s idSeed
	var err error
	if s.ms, err = strconv.ParseUint(ms, 10, 48); err != nil {
		return idSeed{}, false
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != len(s.entropy) {
		return idSeed{}, false
	}
	copy(s.entropy[:], raw)
	return s, true
}

// id returns the id of the request's event at index: the seed plus index plus
// one, as on the official dev server.
func (s idSeed) id(index int) string {
	entropy := s.entropy
	low := binary.BigEndian.Uint64(entropy[2:])
	binary.BigEndian.PutUint64(entropy[2:], low+uint64(index)+1)
	return ulid.MustNew(s.ms, bytes.NewReader(entropy[:])).String()
}

// functionUUID returns a function's UUID, of version 5. It depends only on the
// composite id, so it is the same after a restart.
func functionUUID(compositeID string) string { return uuid("function", compositeID) }

func uuid(kind, name string) string {
	sum := sha1.Sum([]byte("inngestkit " + kind + " " + name))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
