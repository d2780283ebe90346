package inngestkit

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// maxRetryAfter bounds, in seconds, how long a server may ask to wait: a year
// is as good as for ever.
const maxRetryAfter = 365 * 24 * 60 * 60

// maxReply bounds what is read of the event API's answer.
const maxReply = 1 << 20

// eventSender is the app's Sender.
type eventSender struct {
	app     *App
	url     string
	checked sync.Map // of reflect.Type to checkedType, for types without a definition
}

func newEventSender(a *App) *eventSender {
	return &eventSender{app: a, url: sendURL(a.settings)}
}

func sendURL(s *settings) string { return s.EventAPIBaseURL + "/e/" + s.EventKey }

// Send implements Sender.
func (s *eventSender) Send(ctx context.Context, events ...Event) ([]string, error) {
	return s.send(ctx, events, nil)
}

func (s *eventSender) send(ctx context.Context, events []Event, deriveID func(string) string) ([]string, error) {
	out, err := s.prepare(events, deriveID)
	if err != nil {
		return nil, err
	}
	return s.deliver(ctx, out)
}

// deliver sends what is prepared, in as few requests as the limits allow.
func (s *eventSender) deliver(ctx context.Context, out []outgoing) ([]string, error) {
	if s.app.settings.EventKey == "" && len(out) > 0 {
		return nil, &SendError{Err: errNoEventKey}
	}
	defer s.app.life.sending()()
	ids := make([]string, 0, len(out))
	for _, c := range chunks(out) {
		accepted, err := s.sendChunk(ctx, c)
		if err != nil {
			if failed, ok := errors.AsType[*SendError](err); ok {
				failed.Index = len(ids)
			}
			return ids, err
		}
		ids = append(ids, accepted...)
	}
	return ids, nil
}

var errNoEventKey = errors.New("no event key is configured; set INNGEST_EVENT_KEY, or INNGEST_DEV=1 on a developer's machine")

// chunk is the body of one request.
type chunk struct {
	body  []byte
	count int
}

// chunks fills requests up to the API's limits, in order.
func chunks(events []outgoing) []chunk {
	var all []chunk
	var cur chunk
	for _, ev := range events {
		if cur.count == wire.MaxRequestEvents || cur.count > 0 && len(cur.body)+len(ev.json)+2 > wire.MaxRequestBytes {
			all = append(all, cur)
			cur = chunk{}
		}
		separator := byte(',')
		if cur.count == 0 {
			separator = '['
		}
		cur.body = append(append(cur.body, separator), ev.json...)
		cur.count++
	}
	if cur.count > 0 {
		all = append(all, cur)
	}
	for i := range all {
		all[i].body = append(all[i].body, ']')
	}
	return all
}

// sendChunk tries until the API accepts, refuses for good, or the policy is
// spent. One seed across attempts lets the API recognise events that an
// attempt with a lost answer had delivered.
func (s *eventSender) sendChunk(ctx context.Context, c chunk) ([]string, error) {
	policy := s.app.settings.SendRetry
	seed, start := newSeed(), time.Now()
	for attempt := 1; ; attempt++ {
		ids, failed := s.attempt(ctx, c, seed)
		if failed == nil {
			return ids, nil
		}
		failed.Attempts = attempt
		if !failed.Retriable {
			return nil, failed
		}
		if ctx.Err() != nil {
			return nil, givenUp(ctx, attempt)
		}
		wait := max(policy.delay(attempt), failed.RetryAfter)
		if attempt >= policy.MaxAttempts || time.Since(start)+wait > policy.Budget {
			return nil, failed
		}
		if !pause(ctx, wait) {
			return nil, givenUp(ctx, attempt)
		}
	}
}

// givenUp is ctx's own error, and the cause of its end if that says more.
func givenUp(ctx context.Context, attempts int) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if !errors.Is(cause, err) {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return fmt.Errorf("inngestkit: sending was given up after %s: %w", tries(attempts), err)
}

// withoutKey takes the event key out of what a server says.
func (s *eventSender) withoutKey(message string) string {
	if s.app.settings.EventKey == "" {
		return message
	}
	return strings.ReplaceAll(message, s.app.settings.EventKey, "[event key]")
}

// bare is a network's error without the event key, which a redirect may quote.
func (s *eventSender) bare(err error) error {
	err = bare(err)
	if text := err.Error(); s.withoutKey(text) != text {
		return errors.New(s.withoutKey(text))
	}
	return err
}

func (s *eventSender) attempt(ctx context.Context, c chunk, seed string) ([]string, *SendError) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(c.body))
	if err != nil {
		return nil, &SendError{Err: errors.New("the event API's URL is malformed")}
	}
	s.app.identify(req)
	req.Header.Set(wire.HeaderEventIDSeed, seed)
	resp, err := s.app.settings.HTTPClient.Do(req)
	if err != nil {
		return nil, &SendError{Retriable: true, Err: s.bare(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return nil, &SendError{Status: resp.StatusCode, Retriable: true, Err: s.bare(err)}
	}
	var reply wire.SendReply
	parsed := json.Unmarshal(raw, &reply) == nil
	switch {
	case resp.StatusCode/100 != 2:
		return nil, &SendError{
			Status: resp.StatusCode, Message: s.withoutKey(reply.Error),
			Retriable:  resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests,
			RetryAfter: retryAfter(resp.Header.Get(wire.HeaderRetryAfter), time.Now()),
		}
	case !parsed || len(reply.IDs) != c.count:
		return nil, &SendError{
			Status: resp.StatusCode, Retriable: !parsed,
			Message: fmt.Sprintf("its answer names %d ids for %d events", len(reply.IDs), c.count),
		}
	}
	return reply.IDs, nil
}

// retryAfter reads the header's two standard forms, and RFC 3339 as Inngest
// writes it.
func retryAfter(header string, now time.Time) time.Duration {
	if header == "" {
		return 0
	}
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(0, seconds), maxRetryAfter)) * time.Second
	}
	at, err := http.ParseTime(header)
	if err != nil {
		if at, err = time.Parse(time.RFC3339, header); err != nil {
			return 0
		}
	}
	return max(0, at.Sub(now))
}

// pause waits, and reports whether ctx let it.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// newSeed is a time in milliseconds and ten random bytes, as inngestgo
// v0.16.0 sends them.
func newSeed() string {
	var entropy [10]byte
	_, _ = rand.Read(entropy[:]) // never fails since Go 1.24
	return fmt.Sprintf("%d,%s", time.Now().UnixMilli(), base64.StdEncoding.EncodeToString(entropy[:]))
}
