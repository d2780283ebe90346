package adapter

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"net/http"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/internal/sending"
)

// maxKeyedBody is the size, in bytes, of the part of a body that its digest
// covers.
const maxKeyedBody = 1 << 20

// WithIdempotencyKey derives event ids from the request's idempotency key. The
// function caller names the user or tenant that makes the request, so that the
// keys of two callers never meet. The scope calls it when the first event is sent
// or enqueued. If it returns "", no ids are derived.
func WithIdempotencyKey(p inngestkit.IdempotencyPolicy, caller func() string) ScopeOption {
	return func(s *Scope, r *http.Request) *http.Request {
		key := r.Header.Get(cmp.Or(p.Header, inngestkit.DefaultIdempotencyHeader))
		if key == "" {
			return r
		}
		r, digest := digestBody(r)
		s.key = &requestKey{
			method: r.Method, path: r.URL.EscapedPath(), key: key, digest: digest,
			withBody: p.Body, ask: caller, counts: map[string]uint64{},
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
		if k.caller != "" && !k.withBody && s.app.Keys.Conflict(k.sum(s.app.Settings.AppID), k.digest) {
			s.app.Settings.Logger.Warn("inngestkit: an idempotency key came again with another body; its events start nothing new", "method", k.method, "path", k.path)
		}
	}
	if k.caller == "" {
		return ""
	}
	index := k.counts[name]
	k.counts[name]++
	base := k.sum(s.app.Settings.AppID)
	return sending.DeriveID(0, base[:], []byte(name), binary.BigEndian.AppendUint64(nil, index))
}

func (k *requestKey) sum(app string) [sha256.Size]byte {
	parts := [][]byte{[]byte(app), []byte(k.method), []byte(k.path), []byte(k.caller), []byte(k.key)}
	if k.withBody {
		parts = append(parts, k.digest[:])
	}
	return sending.Digest(parts...)
}

// digestBody hashes the first part of the body. It returns a request whose body
// is unread.
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

// failingBody is a body whose reading has failed: it returns that error again.
type failingBody struct {
	io.ReadCloser
	err error
}

func (b failingBody) Read([]byte) (int, error) { return 0, b.err }
