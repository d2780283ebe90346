package inngestkit_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// fixed retries once a second, for as long as it takes.
var fixed = inngestkit.RetryPolicy{InitialDelay: time.Second, Backoff: inngestkit.BackoffFixed, Budget: time.Hour, MaxAttempts: 4}

func TestRetries(t *testing.T) {
	t.Parallel()
	const sec = time.Second
	lost := func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: brokenBody{}}, nil
	}
	for name, c := range map[string]struct {
		policy   inngestkit.RetryPolicy
		script   []roundTrip
		attempts int
		min, max time.Duration
		status   int // of the error, if not 0; -1 if it has none
	}{
		"at once":                 {fixed, nil, 1, 0, 0, 0},
		"500":                     {fixed, refusing(2, 500), 3, 2 * sec, 3 * sec, 0},
		"503 for ever":            {fixed, refusing(9, 503), 4, 3 * sec, 9 * sec / 2, 503},
		"429":                     {fixed, refusing(1, 429), 2, sec, 3 * sec / 2, 0},
		"429 with seconds":        {fixed, refusing(1, 429, "Retry-After", "30"), 2, 30 * sec, 30 * sec, 0},
		"503 with a date":         {fixed, refusing(1, 503, "Retry-After", "Sat, 01 Jan 2000 00:00:40 GMT"), 2, 39 * sec, 40 * sec, 0},
		"503 with RFC 3339":       {fixed, refusing(1, 503, "Retry-After", "2000-01-01T00:00:40Z"), 2, 39 * sec, 40 * sec, 0},
		"429 with nonsense":       {fixed, refusing(1, 429, "Retry-After", "soon"), 2, sec, 3 * sec / 2, 0},
		"429 until too late":      {fixed, refusing(1, 429, "Retry-After", "99999999999999"), 1, 0, 0, 429},
		"network":                 {fixed, []roundTrip{unreachable, unreachable}, 3, 2 * sec, 3 * sec, 0},
		"network for ever":        {fixed, []roundTrip{unreachable, unreachable, unreachable, unreachable}, 4, 3 * sec, 9 * sec / 2, -1},
		"answer lost on its way":  {fixed, []roundTrip{lost}, 2, sec, 3 * sec / 2, 0},
		"answer of a proxy":       {fixed, []roundTrip{answers(200, "<html>")}, 2, sec, 3 * sec / 2, 0},
		"answer with too few ids": {fixed, []roundTrip{answers(200, `{"ids":[]}`)}, 1, 0, 0, 200},
		"400":                     {fixed, refusing(1, 400), 1, 0, 0, 400},
		"401":                     {fixed, refusing(1, 401), 1, 0, 0, 401},
		"403":                     {fixed, refusing(1, 403), 1, 0, 0, 403},
		"404":                     {fixed, refusing(1, 404), 1, 0, 0, 404},
		"413":                     {fixed, refusing(1, 413), 1, 0, 0, 413},
		"one attempt":             {inngestkit.RetryPolicy{MaxAttempts: 1}, refusing(1, 500), 1, 0, 0, 500},
		"default with 429":        {inngestkit.RetryPolicy{}, refusing(9, 429, "Retry-After", "1"), 3, 2 * sec, 2 * sec, 429},
		"budget":                  {inngestkit.RetryPolicy{InitialDelay: sec, Backoff: inngestkit.BackoffFixed, Budget: 1900 * time.Millisecond}, refusing(9, 500), 2, sec, 3 * sec / 2, 500},
		"slow server":             {inngestkit.RetryPolicy{}, []roundTrip{slow(3*sec, 500)}, 1, 3 * sec, 3 * sec, 500},
		"linear":                  {inngestkit.RetryPolicy{InitialDelay: sec, MaxDelay: time.Hour, Backoff: inngestkit.BackoffLinear, Budget: time.Hour, MaxAttempts: 4}, refusing(9, 500), 4, 6 * sec, 9 * sec, 500},
		"exponential":             {inngestkit.RetryPolicy{InitialDelay: sec, MaxDelay: time.Hour, Multiplier: 3, Budget: time.Hour, MaxAttempts: 4}, refusing(9, 500), 4, 13 * sec, 20 * sec, 500},
		"bounded delays":          {inngestkit.RetryPolicy{InitialDelay: sec, MaxDelay: 2 * sec, Multiplier: 1e300, Budget: time.Hour, MaxAttempts: 4}, refusing(9, 500), 4, 5 * sec, 8 * sec, 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &eventAPI{script: c.script}
				h := newSender(t, api, inngestkit.Config{SendRetry: c.policy})
				start := time.Now()
				_, err := h.app.Sender().Send(t.Context(), goodOrder)
				took := time.Since(start)
				failed, ok := errors.AsType[*inngestkit.SendError](err)
				switch {
				case c.status == 0 && err != nil:
					t.Error(err)
				case c.status != 0 && (!ok || failed.Status != max(c.status, 0) || failed.Attempts != c.attempts):
					t.Errorf("got %#v", err)
				case c.status == -1 && !errors.Is(err, errNetwork):
					t.Errorf("%v does not wrap the network's error", err)
				}
				if ok && failed.Retriable != (failed.Status == 0 || failed.Status == 429 || failed.Status >= 500) {
					t.Errorf("retriable is %t at %d", failed.Retriable, failed.Status)
				}
				if len(api.sent) != c.attempts || took < c.min || took > c.max {
					t.Errorf("%d attempts in %s, want %d in %s to %s", len(api.sent), took, c.attempts, c.min, c.max)
				}
				for _, s := range api.sent {
					if s.seed() == "" || s.seed() != api.sent[0].seed() {
						t.Errorf("the seed is %q after %q", s.seed(), api.sent[0].seed())
					}
				}
			})
		})
	}
}

func TestDefaultPolicyKeepsToItsBudget(t *testing.T) {
	t.Parallel()
	for range 50 { // the delays are partly random
		synctest.Test(t, func(t *testing.T) {
			api := &eventAPI{script: refusing(9, 500)}
			h := newSender(t, api, inngestkit.Config{})
			start := time.Now()
			_, err := h.app.Sender().Send(t.Context(), goodOrder)
			if took := time.Since(start); err == nil || took > 2*time.Second || len(api.sent) < 4 || len(api.sent) > 5 {
				t.Errorf("%d attempts in %s, then %v", len(api.sent), took, err)
			}
		})
	}
}

// slow answers after d.
func slow(d time.Duration, status int) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		over, cancel := context.WithTimeout(r.Context(), d)
		defer cancel()
		<-over.Done()
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		return answers(status, "")(r)
	}
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, errNetwork }
func (brokenBody) Close() error             { return nil }

func TestEachSendHasASeedOfItsOwn(t *testing.T) {
	t.Parallel()
	api := &eventAPI{}
	h := newSender(t, api, inngestkit.Config{})
	for range 2 {
		if _, err := h.app.Sender().Send(t.Context(), goodOrder); err != nil {
			t.Fatal(err)
		}
	}
	if api.sent[0].seed() == api.sent[1].seed() {
		t.Error("the second send would be taken for the first")
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, script := range map[string][]roundTrip{
		"while it waits":     refusing(1, 500),
		"during an attempt":  {slow(time.Hour, 500)},
		"during the second":  {answers(500, ""), slow(time.Hour, 500)},
		"as told by a retry": refusing(1, 429, wire.HeaderRetryAfter, "600"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				policy := fixed
				if name == "while it waits" {
					policy.InitialDelay = time.Minute
				}
				h := newSender(t, &eventAPI{script: script}, inngestkit.Config{SendRetry: policy})
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				start := time.Now()
				_, err := h.app.Sender().Send(ctx, goodOrder)
				if took := time.Since(start); took != 5*time.Second || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("returned %v after %s", err, took)
				}
			})
		})
	}
}

func TestEventKeyIsNeverInErrors(t *testing.T) {
	t.Parallel()
	redirect := answers(http.StatusFound, "", "Location", "http://[::1/e/"+eventKey)
	for name, script := range map[string][]roundTrip{
		"network":  {unreachable},
		"echo":     {answers(http.StatusUnauthorized, `{"error":"unknown key `+eventKey+`"}`)},
		"redirect": {redirect},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSender(t, &eventAPI{script: script}, inngestkit.Config{SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1}})
			_, err := h.app.Sender().Send(t.Context(), goodOrder)
			if err == nil || strings.Contains(err.Error(), "c0ffee") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The default delays double from 100 ms, and have up to half of it added.
func TestDefaultDelays(t *testing.T) {
	t.Parallel()
	for range 20 { // the delays are partly random
		synctest.Test(t, func(t *testing.T) {
			var at []time.Time
			note := func(*http.Request) (*http.Response, error) {
				at = append(at, time.Now())
				return answers(500, "")(nil)
			}
			h := newSender(t, &eventAPI{script: []roundTrip{note, note, note, note, note, note}}, inngestkit.Config{SendRetry: inngestkit.RetryPolicy{Budget: time.Minute}})
			_, err := h.app.Sender().Send(t.Context(), goodOrder)
			if err == nil || len(at) != 5 {
				t.Fatalf("%d attempts, then %v", len(at), err)
			}
			least := 100 * time.Millisecond
			for i := range at[1:] {
				if d := at[i+1].Sub(at[i]); d < least || d > least*3/2 {
					t.Errorf("delay %d is %s, want %s to %s", i+1, d, least, least*3/2)
				}
				least *= 2
			}
		})
	}
}

// A policy that sets something has a budget for all its attempts, each as long
// as a request of the app's own client may take.
func TestBudgetFollowsFromAPolicy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy   inngestkit.RetryPolicy
		slow     time.Duration
		attempts int
	}{
		"in time":  {inngestkit.RetryPolicy{MaxAttempts: 3}, 10 * time.Second, 3},
		"too slow": {inngestkit.RetryPolicy{MaxAttempts: 3}, 11 * time.Second, 2},
		"long delays": {
			inngestkit.RetryPolicy{MaxAttempts: 3, InitialDelay: time.Hour, MaxDelay: time.Hour}, 10 * time.Second, 3,
		},
		"a budget of its own": {inngestkit.RetryPolicy{MaxAttempts: 3, Budget: time.Second}, 10 * time.Second, 1},
		"many attempts":       {inngestkit.RetryPolicy{MaxAttempts: 2000, InitialDelay: time.Second, Backoff: inngestkit.BackoffFixed}, 10 * time.Second, 2000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &eventAPI{}
				for range c.attempts + 1 {
					api.script = append(api.script, slow(c.slow, 500))
				}
				h := newSender(t, api, inngestkit.Config{SendRetry: c.policy})
				_, err := h.app.Sender().Send(t.Context(), goodOrder)
				if failed, ok := errors.AsType[*inngestkit.SendError](err); !ok || failed.Attempts != c.attempts {
					t.Errorf("got %v, want it after %d attempts", err, c.attempts)
				}
			})
		})
	}
}

func TestSendErrorSaysWhenToRetry(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"":                              0,
		"soon":                          0,
		"0":                             0,
		"-5":                            0,
		"30":                            30 * time.Second,
		"99999999999999":                365 * 24 * time.Hour,
		"Sat, 01 Jan 2000 00:00:40 GMT": 40 * time.Second,
		"2000-01-01T00:00:40Z":          40 * time.Second,
		"1999-01-01T00:00:40Z":          0,
	} {
		synctest.Test(t, func(t *testing.T) { // it is midnight of 2000-01-01
			h := newSender(t, &eventAPI{script: refusing(1, 503, "Retry-After", header)}, inngestkit.Config{SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1}})
			_, err := h.app.Sender().Send(t.Context(), goodOrder)
			failed, ok := errors.AsType[*inngestkit.SendError](err)
			if !ok || failed.RetryAfter != want || failed.Message != "not now" || !strings.Contains(err.Error(), "status 503 in 1 attempt: not now") {
				t.Errorf("with %q: got %v, to retry after %s, want %s", header, err, failed.RetryAfter, want)
			}
		})
	}
}
