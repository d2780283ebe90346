package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Sizes of the buffers that a body is read into. A call whose announced length is
// below maxChunk needs one; beyond firstChunk a buffer counts as unverified.
const (
	firstChunk = 64 << 10
	maxChunk   = 1 << 20
)

// minUnverified is the least memory, in bytes, that all requests together may
// take before they are verified.
const minUnverified = 64 << 20

// unverified counts the memory that requests take before they are verified,
// without the first buffer of each. Anybody can send them.
type unverified struct{ bytes atomic.Int64 }

// take reserves n bytes, or reports that limit is reached.
func (u *unverified) take(n, limit int64) bool {
	if u.bytes.Add(n) > limit {
		u.bytes.Add(-n)
		return false
	}
	return true
}

func (u *unverified) release(n int64) { u.bytes.Add(-n) }

// errCrowded means that unverified requests take too much memory together.
var errCrowded = errors.New("unverified requests take too much memory together")

// read reads a body up to the limit and verifies it meanwhile: it returns the
// body and the key that signed it. In dev mode, where nothing is verified, the
// verifier is nil and so is the key.
func (h *webhook) read(w http.ResponseWriter, r *http.Request, v *signature.Verifier) (body []byte, key string, refusal *call.Answer) {
	source := r.Body
	if source == nil { // a request that no server has read
		source = http.NoBody
	}
	reader := bodyReader{source: http.MaxBytesReader(w, source, h.Settings.MaxBodyBytes), verifier: v}
	if v != nil {
		reader.pool, reader.limit = &h.unverified, max(minUnverified, 2*h.Settings.MaxBodyBytes)
		defer reader.release()
	}
	err := reader.read(r.ContentLength)
	if refusal := h.unread(r, err, reader.size); refusal != nil {
		return nil, "", refusal
	}
	if v == nil {
		return reader.body(), "", nil
	}
	if key, err = v.Verify(); err == nil {
		reader.release()
		return reader.body(), key, nil
	}
	if !reader.take(3 * int64(reader.size)) {
		return nil, "", h.crowded(r)
	}
	body = reader.body()
	key, err = v.VerifyCanonical(body)
	return body, key, h.refuse(r, err)
}

// unread answers a request whose body could not be read whole.
func (h *webhook) unread(r *http.Request, err error, size int) *call.Answer {
	log := h.Settings.Logger
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, errCrowded):
		return h.crowded(r)
	case errors.As(err, &tooLarge):
		why := h.limitOf(tooLarge)
		log.Error("inngestkit: refused a request: "+why, "path", r.URL.Path)
		return call.Failure(http.StatusRequestEntityTooLarge, "BodyTooLarge", why)
	case errors.Is(err, http.ErrBodyReadAfterClose), err == nil && consumed(r, size):
		log.Error("inngestkit: the request's body was already consumed before the webhook; exempt the webhook from the middleware that reads bodies", "path", r.URL.Path)
		return call.Failure(http.StatusInternalServerError, "BodyConsumed", "the body was already consumed by middleware before it reached the webhook")
	case err != nil:
		log.Error("inngestkit: a request's body could not be read to its end", "path", r.URL.Path, "error", err.Error())
		return call.Failure(http.StatusBadRequest, "BodyUnreadable", "the body could not be read to its end")
	}
	return nil
}

func (h *webhook) crowded(r *http.Request) *call.Answer {
	h.Settings.Logger.Warn("inngestkit: refused a request: "+errCrowded.Error(), "path", r.URL.Path)
	a := call.Failure(http.StatusServiceUnavailable, "Busy", "the app reads too many large requests at once")
	a.Header.Set(wire.HeaderRetryAfter, "1")
	return a
}

// limitOf says whose limit a body exceeds. A limit of 0 comes from middleware
// that does not report its size.
func (h *webhook) limitOf(e *http.MaxBytesError) string {
	switch e.Limit {
	case h.Settings.MaxBodyBytes:
		return fmt.Sprintf("the body exceeds Config.MaxBodyBytes, %d bytes", e.Limit)
	case 0:
		return "the body exceeds a limit set before the webhook; exempt the webhook from the middleware that limits bodies"
	}
	return fmt.Sprintf("the body exceeds a limit of %d bytes set before the webhook; exempt the webhook from the middleware that limits bodies", e.Limit)
}

// consumed reports whether middleware has read the body or part of it: less is
// left than the length announced, or nothing of a call in chunks. Middleware may
// have unpacked a compressed body, so only an empty rest says so.
func consumed(r *http.Request, left int) bool {
	if r.ContentLength < 0 {
		return left == 0 && r.Method == http.MethodPost
	}
	if r.Header.Get("Content-Encoding") != "" {
		return left == 0 && r.ContentLength > 0
	}
	return int64(left) < r.ContentLength
}

// bodyReader reads a body into buffers that grow with the bytes that arrive.
type bodyReader struct {
	source   io.Reader
	verifier *signature.Verifier
	chunks   [][]byte
	size     int

	pool  *unverified // nil in dev mode
	limit int64
	held  int64 // of the pool
}

func (b *bodyReader) read(announced int64) error {
	next := firstChunk
	if announced >= 0 && announced < maxChunk && (announced < firstChunk || b.take(announced)) {
		next = int(announced) + 1 // one more, to see the end
	}
	for {
		chunk := make([]byte, next)
		n, err := b.fill(chunk)
		if b.verifier != nil {
			_, _ = b.verifier.Write(chunk[:n]) // it never fails
		}
		b.chunks, b.size = append(b.chunks, chunk[:n]), b.size+n
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		next = min(max(b.size, firstChunk), maxChunk)
		if !b.take(int64(next)) {
			return errCrowded
		}
	}
}

// fill reads until the buffer is full or the body ends. Unlike io.ReadFull it
// keeps the end apart from a body that was cut off.
func (b *bodyReader) fill(chunk []byte) (n int, err error) {
	for n < len(chunk) && err == nil {
		var more int
		more, err = b.source.Read(chunk[n:])
		n += more
	}
	return n, err
}

func (b *bodyReader) take(n int64) bool {
	if b.pool == nil {
		return true
	}
	if !b.pool.take(n, b.limit) {
		return false
	}
	b.held += n
	return true
}

func (b *bodyReader) release() {
	if b.pool != nil {
		b.pool.release(b.held)
		b.held = 0
	}
}

// body joins the buffers.
func (b *bodyReader) body() []byte {
	if len(b.chunks) == 1 {
		return b.chunks[0]
	}
	all := make([]byte, 0, b.size)
	for i, chunk := range b.chunks {
		all = append(all, chunk...)
		b.chunks[i] = nil
	}
	b.chunks = [][]byte{all}
	return all
}
