// Package sending sends events: it validates and encodes them, fills requests
// up to the API's limits, and retries.
package sending

import (
	"bytes"
	"cmp"
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

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/lifecycle"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// maxRetryAfter bounds, in seconds, how long a server may ask to wait: a year
// means never.
const maxRetryAfter = 365 * 24 * 60 * 60

// ContextName is a name under which a sender is also looked for in a context.
const ContextName = "github.com/inngestkit/inngestkit/sender"

// maxReply bounds the part of the event API's answer that is read, in bytes.
const maxReply = 1 << 20

// Sender sends the events of an app. It is safe for concurrent use.
type Sender struct {
	settings *settings.Settings
	known    func(name string) *declare.Event
	life     *lifecycle.Life
	checked  sync.Map // of reflect.Type to checkedType, for types without a definition
}

// New returns a sender. The function known returns the definition that the app
// knows by an event's name, or nil.
func New(s *settings.Settings, known func(name string) *declare.Event, life *lifecycle.Life) *Sender {
	return &Sender{settings: s, known: known, life: life}
}

// Deliver sends prepared events in as few requests as the limits allow, and
// returns the ids of those that were accepted, derived or made by
// the server. Errors are a *SendError, or ctx's
// own.
func (s *Sender) Deliver(ctx context.Context, out []Event) ([]string, error) {
	if s.settings.EventKey == "" && len(out) > 0 {
		return nil, &SendError{Err: errNoEventKey}
	}
	defer s.life.Sending()()
	ids := make([]string, 0, len(out))
	for _, c := range chunks(out) {
		accepted, err := s.sendChunk(ctx, c)
		if err != nil {
			if failed, ok := errors.AsType[*SendError](err); ok {
				failed.Index = len(ids)
			}
			return ids, err
		}
		for _, id := range accepted {
			ids = append(ids, cmp.Or(out[len(ids)].Derived, id))
		}
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
func chunks(events []Event) []chunk {
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
func (s *Sender) sendChunk(ctx context.Context, c chunk) ([]string, error) {
	policy := s.settings.SendRetry
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
		wait := max(policy.Delay(attempt), failed.RetryAfter)
		if attempt >= policy.MaxAttempts || time.Since(start)+wait > policy.Budget {
			return nil, failed
		}
		if !api.Pause(ctx, wait) {
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
	return fmt.Errorf("inngestkit: sending was given up after %s: %w", Tries(attempts), err)
}

// withoutKey takes the event key out of a server's message.
func (s *Sender) withoutKey(message string) string {
	if s.settings.EventKey == "" {
		return message
	}
	return strings.ReplaceAll(message, s.settings.EventKey, "[event key]")
}

// withoutKeyError returns a network's error without the event key, which a
// redirect may quote.
func (s *Sender) withoutKeyError(err error) error {
	err = api.WithoutURL(err)
	if text := err.Error(); s.withoutKey(text) != text {
		return errors.New(s.withoutKey(text))
	}
	return err
}

func (s *Sender) attempt(ctx context.Context, c chunk, seed string) ([]string, *SendError) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.settings.SendURL(), bytes.NewReader(c.body))
	if err != nil {
		return nil, &SendError{Err: errors.New("the event API's URL is malformed")}
	}
	api.Identify(req, s.settings)
	req.Header.Set(wire.HeaderEventIDSeed, seed)
	resp, err := s.settings.HTTPClient.Do(req)
	if err != nil {
		return nil, &SendError{Retriable: true, Err: s.withoutKeyError(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return nil, &SendError{Status: resp.StatusCode, Retriable: true, Err: s.withoutKeyError(err)}
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

// newSeed is a time in milliseconds and ten random bytes, as inngestgo
// v0.16.0 sends them.
func newSeed() string {
	var entropy [10]byte
	_, _ = rand.Read(entropy[:]) // never fails since Go 1.24
	return fmt.Sprintf("%d,%s", time.Now().UnixMilli(), base64.StdEncoding.EncodeToString(entropy[:]))
}
