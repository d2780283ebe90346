package inngestkit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/http"
	"sync"
)

// DefaultIdempotencyHeader is the header that IdempotencyKey reads.
const DefaultIdempotencyHeader = "Idempotency-Key"

// maxKeyedBody is how much of a keyed request's body is part of its digest.
const maxKeyedBody = 1 << 20

// IdempotencyKey says how event ids are derived from a request's idempotency
// key, so that a client's retry of the request starts the work once. The id
// is a hash of app, method, path, caller, key, the event's name and its index
// among the request's events of that name; an event with an id of its own
// keeps it.
//
// By default the body is not part of it: the same key with another body
// starts nothing new. The log says so where this process has seen both.
type IdempotencyKey struct {
	// Header holds the key. Defaults to DefaultIdempotencyHeader. A request
	// without it derives no ids.
	Header string
	// Body makes the first 1 MiB of the body part of the key. Defaults to
	// false.
	Body bool
}

// WithIdempotencyKey derives event ids from the request's key. The function
// caller names who makes the request, a user or tenant, so that no one's key
// meets another's; it is asked when the first event is sent or enqueued, and
// if it returns "" no ids are derived.
func WithIdempotencyKey(k IdempotencyKey, caller func() string) ScopeOption {
	return func(s *Scope, r *http.Request) *http.Request {
		header := k.Header
		if header == "" {
			header = DefaultIdempotencyHeader
		}
		key := r.Header.Get(header)
		if key == "" {
			return r
		}
		r, digest := digestBody(r)
		s.key = &requestKey{
			method: r.Method, path: r.URL.EscapedPath(), key: key, digest: digest,
			withBody: k.Body, ask: caller, counts: map[string]uint64{},
		}
		return r
	}
}

// requestKey derives the ids of one request. The scope's lock guards it.
type requestKey struct {
	method, path, key string
	digest            [sha256.Size]byte
	withBody          bool
	ask               func() string
	asked             bool
	caller            string
	counts            map[string]uint64
}

func (s *Scope) deriveID(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.key
	if k == nil {
		return ""
	}
	if !k.asked {
		k.caller, k.asked = k.ask(), true
		if k.caller != "" && !k.withBody && s.app.keys.conflicts(k.sum(s.app.settings.AppID), k.digest) {
			s.app.settings.Logger.Warn("inngestkit: an idempotency key came again with another body; its events start nothing new", "method", k.method, "path", k.path)
		}
	}
	if k.caller == "" {
		return ""
	}
	index := k.counts[name]
	k.counts[name]++
	base := k.sum(s.app.settings.AppID)
	id := digestOf(base[:], []byte(name), binary.BigEndian.AppendUint64(nil, index))
	return hex.EncodeToString(id[:16])
}

func (k *requestKey) sum(app string) [sha256.Size]byte {
	parts := [][]byte{[]byte(app), []byte(k.method), []byte(k.path), []byte(k.caller), []byte(k.key)}
	if k.withBody {
		parts = append(parts, k.digest[:])
	}
	return digestOf(parts...)
}

// digestOf hashes parts so that none can be taken for a piece of another.
func digestOf(parts ...[]byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

// digestBody hashes the head of the body and gives it back unread.
func digestBody(r *http.Request) (*http.Request, [sha256.Size]byte) {
	if r.Body == nil || r.Body == http.NoBody {
		return r, sha256.Sum256(nil)
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, maxKeyedBody))
	rest := r.Body
	if err != nil {
		rest = failingBody{rest, err}
	}
	r = r.WithContext(r.Context())
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), rest), rest}
	return r, sha256.Sum256(head)
}

// failingBody repeats the error that reading ended with.
type failingBody struct {
	io.ReadCloser
	err error
}

func (b failingBody) Read([]byte) (int, error) { return 0, b.err }

// seenKeys remembers the bodies that recent keys came with.
type seenKeys struct {
	mu     sync.Mutex
	bodies map[[sha256.Size]byte][sha256.Size]byte
	order  [][sha256.Size]byte
}

// maxSeenKeys bounds that memory.
const maxSeenKeys = 4096

func (s *seenKeys) conflicts(key, body [sha256.Size]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.bodies[key]; ok {
		return first != body
	}
	if s.bodies == nil {
		s.bodies = map[[sha256.Size]byte][sha256.Size]byte{}
	}
	if len(s.order) == maxSeenKeys {
		delete(s.bodies, s.order[0])
		s.order = s.order[1:]
	}
	s.bodies[key] = body
	s.order = append(s.order, key)
	return false
}
