package adapter

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"maps"
	"net"
	"net/http"
)

// maxHeld is the size, in bytes, up to which an answer is held until the
// request's events are sent. A longer answer counts as a stream: its events are
// sent when it exceeds the limit, before any of it leaves.
const maxHeld = 1 << 20

// Hold is a response writer that holds the answer of a request with enqueued
// events until the events are sent. It sends them earlier for an answer that
// streams: at a flush, at a hijack, and when the answer exceeds 1 MiB. It does
// not hold the answer of a request without enqueued events.
//
// An adapter wraps each request's writer in a Hold and calls [Hold.Finish] or
// [Hold.Fail] when the handler has ended. Like any http.ResponseWriter, a Hold
// is for one goroutine.
type Hold struct {
	http.ResponseWriter

	scope  *Scope
	r      *http.Request
	before http.Header // the headers of middleware, before the handler ran
	failed func() bool
	status int
	state  holdState
	lost   error // why events were not sent, until an answer says so
	body   bytes.Buffer
}

type holdState int

const (
	holdOpen     holdState = iota // nothing is written yet
	holdKept                      // the answer is held
	holdThrough                   // writes go through
	holdReplaced                  // the answer was replaced; writes are dropped
)

// Hold wraps a request's writer. The function failed reports whether the handler
// has failed although its status does not show it. It may be nil.
func (s *Scope) Hold(w http.ResponseWriter, r *http.Request, failed func() bool) *Hold {
	return &Hold{ResponseWriter: w, scope: s, r: r, before: w.Header().Clone(), failed: failed}
}

// Unwrap returns the wrapped writer, for [http.ResponseController].
func (h *Hold) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// Written reports whether the handler has begun its answer.
func (h *Hold) Written() bool { return h.state != holdOpen }

// WriteHeader begins the answer. A status of 400 or above drops the events.
func (h *Hold) WriteHeader(status int) {
	switch {
	case h.state == holdThrough, status >= 100 && status < 200 && status != http.StatusSwitchingProtocols:
		h.ResponseWriter.WriteHeader(status)
	case h.state == holdOpen:
		h.begin(status)
	}
}

func (h *Hold) begin(status int) {
	h.status = status
	if status < http.StatusBadRequest {
		if h.lost != nil {
			h.replace(h.lost)
			return
		}
		if h.scope.Pending() {
			h.state = holdKept
			return
		}
	}
	h.scope.Drop("its status was " + http.StatusText(status))
	h.state = holdThrough
	h.ResponseWriter.WriteHeader(status)
}

// Write writes to the answer, or to its held part.
func (h *Hold) Write(b []byte) (int, error) {
	if h.state == holdOpen {
		h.begin(http.StatusOK)
	}
	if h.state == holdKept && h.body.Len()+len(b) > maxHeld {
		h.release()
	}
	switch h.state {
	case holdKept:
		return h.body.Write(b)
	case holdReplaced:
		return len(b), nil
	default:
		return h.ResponseWriter.Write(b)
	}
}

// WriteString is Write for strings.
func (h *Hold) WriteString(s string) (int, error) { return io.WriteString(writerOnly{h}, s) }

type writerOnly struct{ io.Writer }

// FlushError sends the events, then the answer so far.
func (h *Hold) FlushError() error {
	if h.state == holdOpen {
		h.begin(http.StatusOK)
	}
	h.release()
	return http.NewResponseController(h.ResponseWriter).Flush()
}

// Flush is [Hold.FlushError] for [http.Flusher].
func (h *Hold) Flush() { _ = h.FlushError() } // as net/http does

// Hijack sends the events, and then hands the connection over. If the events
// cannot be sent, it returns the [*inngestkit.FlushError] and keeps the
// connection. The answer is then that of [Problem], unless the handler gives
// another error.
func (h *Hold) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if h.lost != nil {
		return nil, nil, h.lost
	}
	if h.state == holdOpen || h.state == holdKept {
		if err := h.commit(); err != nil {
			h.Discard()
			h.state, h.lost = holdOpen, err
			return nil, nil, err
		}
		h.state = holdThrough
	}
	return http.NewResponseController(h.ResponseWriter).Hijack()
}

// release sends the events and lets a held answer leave. If the events cannot be
// sent, it answers as [Problem] does.
func (h *Hold) release() {
	if h.state != holdKept {
		return
	}
	if err := h.commit(); err != nil {
		h.replace(err)
		return
	}
	h.state = holdThrough
	h.ResponseWriter.WriteHeader(h.status)
	_, _ = h.body.WriteTo(h.ResponseWriter) // the client is gone; the events are sent
}

// replace answers with the problem, and drops the writes of the handler.
func (h *Hold) replace(err error) {
	h.Discard()
	h.state = holdReplaced
	p, _ := Problem(err)
	p.ServeHTTP(h.ResponseWriter, h.r)
}

func (h *Hold) commit() error {
	if h.failed != nil && h.failed() {
		h.scope.Drop("its handler reported an error")
		return nil
	}
	return h.scope.Commit(h.r.Context())
}

// Finish ends the scope of a handler that has returned, sends its events and lets
// its answer leave. If the events cannot be sent, Finish discards the answer and
// returns the [*inngestkit.FlushError], which the adapter answers with.
func (h *Hold) Finish() error {
	defer h.scope.leave()
	if h.state == holdThrough || h.state == holdReplaced {
		h.scope.Drop("they were enqueued after its answer had begun")
		return nil
	}
	if err := cmp.Or(h.lost, h.scope.Commit(h.r.Context())); err != nil {
		h.Discard()
		return err
	}
	if h.state == holdKept {
		h.release()
	}
	return nil
}

// Fail ends the scope of a handler that has failed or panicked. It drops the
// events and logs the reason. It discards a held answer, so that the framework
// can give its own, and reports whether there was one.
func (h *Hold) Fail(reason string) (discarded bool) {
	defer h.scope.leave()
	h.scope.Drop(reason)
	if h.state != holdKept {
		return false
	}
	h.Discard()
	return true
}

// Discard discards a held answer and the headers that the handler has set. Output
// leaves from then on.
func (h *Hold) Discard() {
	head := h.Header()
	clear(head)
	maps.Copy(head, h.before)
	h.body.Reset()
	h.status, h.state = 0, holdThrough
}
