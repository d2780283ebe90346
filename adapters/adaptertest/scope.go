package adaptertest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// handled returns an application whose handler at HandledPath does the work.
func handled(t *testing.T, a Adapter, work func(w http.ResponseWriter, r *http.Request) error, changes ...func(*Setup)) *kit {
	t.Helper()
	return newKit(t, a, func(s *Setup) {
		s.Middleware, s.Handle = true, work
		for _, change := range changes {
			change(s)
		}
	}, nil)
}

// created enqueues an order and answers 201.
func created(w http.ResponseWriter, r *http.Request) error {
	if _, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"}), orderPlaced.New(order{ID: "b"})); err != nil {
		return err
	}
	w.Header().Set("Location", "/orders/a")
	w.WriteHeader(http.StatusCreated)
	_, err := io.WriteString(w, "created")
	return err
}

func testEnqueue(t *testing.T, a Adapter) {
	batches := 0
	k := handled(t, a, created)
	k.inngest.onEvents = func(events []wire.Event) ([]string, error) {
		batches++
		return make([]string, len(events)), nil
	}
	r := k.do(http.MethodPost, HandledPath, nil)
	equal(t, "answer", []any{r.status, r.body, r.header.Get("Location")}, []any{http.StatusCreated, "created", "/orders/a"})
	name := orderPlaced.Name()
	equal(t, "events at the time of the answer", k.inngest.received(t), []string{name + ` {"id":"a"}`, name + ` {"id":"b"}`})
	equal(t, "requests to Inngest", batches, 1)
}

func testEnqueueWithoutAnswer(t *testing.T, a Adapter) {
	k := handled(t, a, func(_ http.ResponseWriter, r *http.Request) error {
		_, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"}))
		return err
	})
	equal(t, "status", k.do(http.MethodPost, HandledPath, nil).status, http.StatusOK)
	equal(t, "events", len(k.inngest.received(t)), 1)
}

func testFailedFlush(t *testing.T, a Adapter) {
	for name, work := range map[string]func(http.ResponseWriter, *http.Request) error{
		"an answer kept back": created,
		"an answer of a stream": func(w http.ResponseWriter, r *http.Request) error {
			err := created(w, r)
			_ = http.NewResponseController(w).Flush() // the answer shows the failure
			return err
		},
	} {
		for status, refusal := range map[int]error{
			http.StatusServiceUnavailable:  errBusy,
			http.StatusInternalServerError: errors.New("no"), // which no repetition changes
		} {
			k := handled(t, a, work)
			k.inngest.onEvents = func([]wire.Event) ([]string, error) { return nil, refusal }
			r := k.do(http.MethodPost, HandledPath, nil)
			equal(t, name, []any{r.status, r.header.Get("Location"), r.header.Get("Content-Type")},
				[]any{status, "", "application/problem+json"})
			if strings.Contains(r.body, "created") {
				t.Errorf("%s left in spite of it: %s", name, r.body)
			}
		}
	}
}

func testFailedHandler(t *testing.T, a Adapter) {
	for name, c := range map[string]struct {
		work   func(w http.ResponseWriter, r *http.Request) error
		status int // 0 means any but the handler's own
	}{
		"a status of 409": {func(w http.ResponseWriter, r *http.Request) error {
			_, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"}))
			w.WriteHeader(http.StatusConflict)
			return err
		}, http.StatusConflict},
		"an error": {func(_ http.ResponseWriter, r *http.Request) error {
			_, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"}))
			return errors.Join(err, errors.New("sold out"))
		}, http.StatusInternalServerError},
		"a panic": {func(w http.ResponseWriter, r *http.Request) error {
			_ = created(w, r)
			panic("the shop burns")
		}, 0},
	} {
		var log bytes.Buffer
		k := newKit(t, a, func(s *Setup) {
			s.Middleware, s.Handle, s.Crashed = true, c.work, func(any) {}
		}, func(cfg *inngestkit.Config) { cfg.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		r := k.do(http.MethodPost, HandledPath, nil)
		if c.status != 0 && r.status != c.status || r.status == http.StatusCreated {
			t.Errorf("%s: answered %d %s", name, r.status, r.body)
		}
		equal(t, name+": events", k.inngest.received(t), nil)
		if !strings.Contains(log.String(), "dropped the events") {
			t.Errorf("%s: the log does not say that events were dropped: %s", name, &log)
		}
	}
}

func testEnqueueTooLate(t *testing.T, a Adapter) {
	var afterAnswer error
	var later func() error
	k := handled(t, a, func(w http.ResponseWriter, r *http.Request) error {
		ctx := context.WithoutCancel(r.Context())
		later = func() error { _, err := inngestkit.Enqueue(ctx, orderPlaced.New(order{ID: "b"})); return err }
		w.WriteHeader(http.StatusAccepted)
		_ = http.NewResponseController(w).Flush()
		_, afterAnswer = inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"}))
		return nil
	})
	equal(t, "status", k.do(http.MethodPost, HandledPath, nil).status, http.StatusAccepted)
	for when, err := range map[string]error{"after the answer began": afterAnswer, "after the request": later()} {
		if !errors.Is(err, inngestkit.ErrScopeEnded) {
			t.Errorf("%s Enqueue returned %v", when, err)
		}
	}
	equal(t, "events", k.inngest.received(t), nil)
}

func testSendAfterTheRequest(t *testing.T, a Adapter) {
	var later func() ([]string, error)
	k := handled(t, a, func(_ http.ResponseWriter, r *http.Request) error {
		ctx := context.WithoutCancel(r.Context())
		later = func() ([]string, error) { return inngestkit.Send(ctx, orderPlaced.New(order{ID: "a"})) }
		return nil
	})
	k.do(http.MethodPost, HandledPath, nil)
	ids, err := later()
	equal(t, "ids", ids, []string{"event of a"})
	equal(t, "error", err, nil)
}

func testInvalidEnqueue(t *testing.T, a Adapter) {
	k := handled(t, a, func(_ http.ResponseWriter, r *http.Request) error {
		_, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{}))
		return err
	})
	r := k.do(http.MethodPost, HandledPath, nil)
	equal(t, "status", r.status, http.StatusUnprocessableEntity)
}

func testStream(t *testing.T, a Adapter) {
	var atFlush int
	var k *kit
	k = handled(t, a, func(w http.ResponseWriter, r *http.Request) error {
		if _, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"})); err != nil {
			return err
		}
		_, _ = io.WriteString(w, "first ")
		if err := http.NewResponseController(w).Flush(); err != nil {
			return err
		}
		atFlush = len(k.inngest.received(t))
		_, err := io.WriteString(w, "second")
		return err
	})
	r := k.do(http.MethodPost, HandledPath, nil)
	equal(t, "answer", r.body, "first second")
	equal(t, "events when the stream began", atFlush, 1)
}

// testLongAnswer writes up to the limit of a held answer, and then a byte more.
func testLongAnswer(t *testing.T, a Adapter) {
	const held = 1 << 20
	long := strings.Repeat("x", held)
	var sent []int
	var k *kit
	k = handled(t, a, func(w http.ResponseWriter, r *http.Request) error {
		_, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"}))
		for _, part := range []string{long[:held/2], long[held/2:], "!", long} {
			_, _ = io.WriteString(w, part)
			sent = append(sent, len(k.inngest.received(t)))
		}
		return err
	})
	r := k.do(http.MethodPost, HandledPath, nil)
	equal(t, "length", len(r.body), 2*held+1)
	equal(t, "events sent after each part", sent, []int{0, 0, 1, 1})
}

func testHijack(t *testing.T, a Adapter) {
	k := handled(t, a, func(w http.ResponseWriter, r *http.Request) error {
		if _, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"})); err != nil {
			return err
		}
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return err
		}
		answer := bufio.NewWriter(rw)
		_, _ = answer.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nhijacked")
		_ = answer.Flush()
		_ = rw.Flush()
		return conn.Close()
	})
	r := k.do(http.MethodGet, HandledPath, nil)
	equal(t, "answer", r.body, "hijacked")
	equal(t, "events", len(k.inngest.received(t)), 1)
}

// testFailedHijack cannot hijack, because the events are not sent. The answer is
// 503, whatever the handler does with the error.
func testFailedHijack(t *testing.T, a Adapter) {
	for name, then := range map[string]func(w http.ResponseWriter, err error) error{
		"returned": func(_ http.ResponseWriter, err error) error { return err },
		"ignored":  func(http.ResponseWriter, error) error { return nil },
		"written over": func(w http.ResponseWriter, _ error) error {
			_, err := io.WriteString(w, "done")
			return err
		},
	} {
		k := handled(t, a, func(w http.ResponseWriter, r *http.Request) error {
			if _, err := inngestkit.Enqueue(r.Context(), orderPlaced.New(order{ID: "a"})); err != nil {
				return err
			}
			_, _, err := http.NewResponseController(w).Hijack()
			return then(w, err)
		})
		k.inngest.onEvents = func([]wire.Event) ([]string, error) { return nil, errBusy }
		r := k.do(http.MethodGet, HandledPath, nil)
		equal(t, "status when the error is "+name, r.status, http.StatusServiceUnavailable)
	}
}
