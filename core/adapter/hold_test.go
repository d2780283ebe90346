package adapter_test

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

const mebibyte = 1 << 20

// held is a request whose answer is held.
type held struct {
	*adapter.Hold

	inngest *inngest
	scope   *adapter.Scope
	w       *recorder
	log     *bytes.Buffer
}

// recorder also records informational answers, as a server lets them through.
type recorder struct {
	*httptest.ResponseRecorder

	informed []int
}

func (r *recorder) WriteHeader(status int) {
	if status < 200 && status != http.StatusSwitchingProtocols {
		r.informed = append(r.informed, status)
		return
	}
	r.ResponseRecorder.WriteHeader(status)
}

// newHeld enqueues a number of events. Middleware has set a header before.
func newHeld(t *testing.T, events int, failed func() bool) *held {
	t.Helper()
	h := &held{inngest: newInngest(t), w: &recorder{ResponseRecorder: httptest.NewRecorder()}, log: &bytes.Buffer{}}
	r, scope := adapter.OpenScope(h.inngest.app(t, "shop", h.log), httptest.NewRequestWithContext(t.Context(), "POST", "/", nil))
	h.scope = scope
	h.w.Header().Set("X-Before", "middleware")
	h.Hold = scope.Hold(h.w, r, failed)
	for range events {
		if _, err := scope.Enqueue(orderPlaced.New(order{ID: "a"})); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *held) sent() int { return len(h.inngest.received()) }

// TestHeldAnswerIsBounded writes up to the limit, and one byte more.
func TestHeldAnswerIsBounded(t *testing.T) {
	t.Parallel()
	half := strings.Repeat("x", mebibyte/2)
	h := newHeld(t, 1, nil)
	for range 2 {
		_, _ = h.WriteString(half)
	}
	if h.sent() != 0 || h.w.Body.Len() != 0 {
		t.Errorf("with 1 MiB written %d events are sent, and %d bytes have left", h.sent(), h.w.Body.Len())
	}
	_, _ = h.WriteString("!")
	if h.sent() != 1 || h.w.Body.String() != half+half+"!" {
		t.Errorf("with a byte more %d events are sent, and %d bytes have left", h.sent(), h.w.Body.Len())
	}
	if err := h.Finish(); err != nil || h.sent() != 1 {
		t.Errorf("Finish returned %v, with %d events sent", err, h.sent())
	}
}

// TestHeldAnswerOfOneMiB has an answer of exactly the limit give way to a 503.
func TestHeldAnswerOfOneMiB(t *testing.T) {
	t.Parallel()
	for size, discarded := range map[int]bool{mebibyte: true, mebibyte + 1: false} {
		h := newHeld(t, 1, nil)
		h.inngest.Close()
		n, err := h.Write(make([]byte, size))
		if n != size || err != nil {
			t.Errorf("Write returned %d, %v", n, err)
		}
		_, flush := errors.AsType[*inngestkit.FlushError](h.Finish())
		if flush != discarded || discarded && h.w.Body.Len() != 0 || !discarded && h.w.Code != http.StatusServiceUnavailable {
			t.Errorf("of %d bytes Finish failed: %t, and the answer is %d with %d bytes", size, flush, h.w.Code, h.w.Body.Len())
		}
	}
}

func TestHoldWithoutEvents(t *testing.T) {
	t.Parallel()
	h := newHeld(t, 0, nil)
	if h.Written() {
		t.Error("an answer that has not begun looks written")
	}
	h.WriteHeader(http.StatusCreated)
	_, _ = h.WriteString("begun")
	if !h.Written() || h.w.Code != http.StatusCreated || h.w.Body.String() != "begun" {
		t.Errorf("without events the answer so far is %d %q", h.w.Code, h.w.Body)
	}
	h.WriteHeader(http.StatusTeapot) // superfluous, as net/http has it
	if err := h.Finish(); err != nil || h.w.Code != http.StatusCreated {
		t.Errorf("Finish returned %v for %d", err, h.w.Code)
	}
}

// TestHeldStatus sends the events of a successful status and drops the others.
func TestHeldStatus(t *testing.T) {
	t.Parallel()
	for status, sent := range map[int]int{
		http.StatusOK: 1, http.StatusFound: 1, http.StatusPermanentRedirect: 1, http.StatusBadRequest: 0, http.StatusInternalServerError: 0, http.StatusSwitchingProtocols: 1,
	} {
		h := newHeld(t, 1, nil)
		h.WriteHeader(http.StatusEarlyHints)
		h.WriteHeader(http.StatusContinue)
		if h.Written() || len(h.w.informed) != 2 {
			t.Errorf("%d: informational statuses begin the answer, and %v have left", status, h.w.informed)
		}
		h.WriteHeader(status)
		h.WriteHeader(http.StatusTeapot) // the first status counts
		if left := h.w.Code == status; left == (sent == 1) && status != http.StatusOK {
			t.Errorf("%d: the status has left before the events: %t", status, left)
		}
		if err := h.Finish(); err != nil || h.sent() != sent || h.w.Code != status {
			t.Errorf("%d: Finish returned %v for %d, with %d events sent", status, err, h.w.Code, h.sent())
		}
		if dropped := strings.Contains(h.log.String(), "its status was "+http.StatusText(status)); dropped != (sent == 0) {
			t.Errorf("%d: the log is %s", status, h.log)
		}
	}
}

// TestHeldAnswerLeavesWhole flushes in the middle.
func TestHeldAnswerLeavesWhole(t *testing.T) {
	t.Parallel()
	h := newHeld(t, 2, nil)
	h.WriteHeader(http.StatusAccepted)
	_, _ = h.WriteString("first ")
	if h.w.Flushed || h.w.Body.Len() != 0 {
		t.Error("the answer left before its events")
	}
	h.Flush()
	if h.sent() != 2 || !h.w.Flushed || h.w.Code != http.StatusAccepted || h.w.Body.String() != "first " {
		t.Errorf("flushed %t %d %q with %d events sent", h.w.Flushed, h.w.Code, h.w.Body, h.sent())
	}
	if _, err := h.scope.Enqueue(orderPlaced.New(order{ID: "b"})); !errors.Is(err, inngestkit.ErrScopeEnded) {
		t.Errorf("Enqueue after the flush returned %v", err)
	}
	_, _ = h.WriteString("second")
	if err := h.Finish(); err != nil || h.w.Body.String() != "first second" || h.inngest.batches != 1 {
		t.Errorf("Finish returned %v for %q, after %d batches", err, h.w.Body, h.inngest.batches)
	}
}

func TestFlushBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	h := newHeld(t, 1, nil)
	if err := h.FlushError(); err != nil || h.w.Code != http.StatusOK || h.sent() != 1 {
		t.Errorf("FlushError returned %v for %d, with %d events sent", err, h.w.Code, h.sent())
	}
}

// TestFlushReportsTheWriter has the writer below unable to flush.
func TestFlushReportsTheWriter(t *testing.T) {
	t.Parallel()
	i := newInngest(t)
	r, scope := adapter.OpenScope(i.app(t, "shop", nil), httptest.NewRequestWithContext(t.Context(), "POST", "/", nil))
	hold := scope.Hold(struct{ http.ResponseWriter }{httptest.NewRecorder()}, r, nil)
	if err := hold.FlushError(); !errors.Is(err, http.ErrNotSupported) {
		t.Errorf("FlushError returned %v", err)
	}
	if hold.Unwrap() == nil {
		t.Error("Unwrap returned nil")
	}
}

// TestFailedFlushIsReplaced has a stream whose events cannot be sent give 503,
// with the headers of middleware only, and lose the rest on purpose.
func TestFailedFlushIsReplaced(t *testing.T) {
	t.Parallel()
	h := newHeld(t, 1, nil)
	h.inngest.Close()
	h.Header().Set("Location", "/orders/a")
	h.Header().Del("X-Before")
	h.WriteHeader(http.StatusCreated)
	_, _ = h.WriteString("created")
	h.Flush()
	n, err := h.WriteString(" and more")
	h.WriteHeader(http.StatusOK)
	if n != len(" and more") || err != nil || !h.Written() {
		t.Errorf("Write after the failure returned %d, %v", n, err)
	}
	if err := h.Finish(); err != nil {
		t.Errorf("Finish returned %v for an answer that is given already", err)
	}
	header := h.w.Header()
	if h.w.Code != http.StatusServiceUnavailable || strings.Contains(h.w.Body.String(), "created") || header.Get("Location") != "" || header.Get("X-Before") != "middleware" {
		t.Errorf("the answer is %d %s with %v", h.w.Code, h.w.Body, header)
	}
}

// TestFinishReportsAFailedFlush leaves the answer to the adapter.
func TestFinishReportsAFailedFlush(t *testing.T) {
	t.Parallel()
	h := newHeld(t, 1, nil)
	h.inngest.Close()
	h.Header().Set("Location", "/orders/a")
	h.WriteHeader(http.StatusCreated)
	_, _ = h.WriteString("created")
	_, flush := errors.AsType[*inngestkit.FlushError](h.Finish())
	if !flush || h.w.Body.Len() != 0 || h.w.Header().Get("Location") != "" {
		t.Errorf("Finish failed: %t, with %q and %v", flush, h.w.Body, h.w.Header())
	}
	http.Error(h, "in other words", http.StatusBadGateway)
	if h.w.Code != http.StatusBadGateway || !strings.Contains(h.w.Body.String(), "in other words") {
		t.Errorf("the adapter's answer is %d %q", h.w.Code, h.w.Body)
	}
}

// TestHandlerThatReportsAnError has its events dropped when its answer would
// leave, and the answer leave all the same.
func TestHandlerThatReportsAnError(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*held){
		"a flush":     func(h *held) { h.Flush() },
		"its length":  func(h *held) { _, _ = h.Write(make([]byte, mebibyte)) },
		"the handler": func(*held) {},
	} {
		failed := false
		h := newHeld(t, 1, func() bool { return failed })
		_, _ = h.WriteString("begun")
		failed = true
		leave(h)
		if name == "the handler" {
			if !h.Fail("it failed") {
				t.Error("Fail does not report that it discarded an answer")
			}
		} else if h.Fail("it failed") {
			t.Errorf("%s: Fail reports that it discarded an answer that has left", name)
		}
		reason := "its handler reported an error"
		if name == "the handler" {
			reason = "it failed"
		}
		if h.sent() != 0 || strings.Count(h.log.String(), "dropped the events") != 1 || !strings.Contains(h.log.String(), reason) {
			t.Errorf("%s: %d events are sent, and the log is %s", name, h.sent(), h.log)
		}
	}
}

// TestFailDropsEvents fails a handler that has written nothing.
func TestFailDropsEvents(t *testing.T) {
	t.Parallel()
	h := newHeld(t, 1, nil)
	if h.Fail("it failed") {
		t.Error("Fail reports that it discarded an answer that there was not")
	}
	if h.sent() != 0 || !strings.Contains(h.log.String(), "it failed") || !strings.Contains(h.log.String(), orderPlaced.Name()) {
		t.Errorf("%d events are sent, and the log is %s", h.sent(), h.log)
	}
	if _, err := h.scope.Enqueue(orderPlaced.New(order{ID: "b"})); !errors.Is(err, inngestkit.ErrScopeEnded) {
		t.Errorf("Enqueue after Fail returned %v", err)
	}
}

// hijackable is a recorder whose connection can be taken over.
type hijackable struct {
	*recorder

	taken int
}

func (h *hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h.taken++
	client, server := net.Pipe()
	_ = client.Close()
	return server, nil, nil
}

func newHijackable(t *testing.T) (*held, *hijackable) {
	t.Helper()
	h := newHeld(t, 1, nil)
	below := &hijackable{recorder: h.w}
	h.ResponseWriter = below
	return h, below
}

// TestHijackSendsFirst hijacks before anything is written, with a held answer and
// after a flush.
func TestHijackSendsFirst(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(*held){
		"at once":     func(*held) {},
		"held":        func(h *held) { _, _ = h.WriteString("held") },
		"after flush": func(h *held) { h.Flush() },
	} {
		h, below := newHijackable(t)
		before(h)
		conn, _, err := h.Hijack()
		if err != nil || conn == nil || below.taken != 1 || h.sent() != 1 || h.inngest.batches != 1 {
			t.Errorf("%s: Hijack returned %v, %v, with %d events sent", name, conn, err, h.sent())
		}
		_ = conn.Close()
		if err := h.Finish(); err != nil || h.inngest.batches != 1 || strings.Contains(h.log.String(), "dropped") {
			t.Errorf("%s: Finish returned %v after %d batches, and the log is %s", name, err, h.inngest.batches, h.log)
		}
		if err := h.scope.Pending(); err {
			t.Errorf("%s: events are left", name)
		}
	}
}

// TestHijackThatCannotSend keeps the connection, and the answer is a 503 or the
// handler's error.
func TestHijackThatCannotSend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		then   func(*held)
		status int // 200 if the adapter has yet to answer
		body   string
	}{
		"nothing more":  {func(*held) {}, http.StatusOK, ""},
		"a success":     {func(h *held) { _, _ = h.WriteString("done") }, http.StatusServiceUnavailable, "Inngest is unavailable"},
		"another error": {func(h *held) { http.Error(h, "in other words", http.StatusBadGateway) }, http.StatusBadGateway, "in other words"},
	} {
		h, below := newHijackable(t)
		h.inngest.Close()
		h.Header().Set("Location", "/orders/a")
		_, _ = h.WriteString("held")
		for range 2 { // the error stays
			conn, _, err := h.Hijack()
			if _, flush := errors.AsType[*inngestkit.FlushError](err); !flush || conn != nil || below.taken != 0 {
				t.Errorf("%s: Hijack returned %v, %v", name, conn, err)
			}
		}
		if h.Written() || h.Header().Get("Location") != "" || h.Header().Get("X-Before") != "middleware" {
			t.Errorf("%s: the answer is not discarded: %t, %v", name, h.Written(), h.Header())
		}
		c.then(h)
		_, flush := errors.AsType[*inngestkit.FlushError](h.Finish())
		if flush != (c.body == "") || h.w.Code != c.status || !strings.Contains(h.w.Body.String(), c.body) || strings.Contains(h.w.Body.String(), "held") {
			t.Errorf("%s: Finish failed: %t, and the answer is %d %q", name, flush, h.w.Code, h.w.Body)
		}
	}
}
