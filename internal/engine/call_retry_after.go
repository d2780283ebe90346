package engine

import (
	"net/http"
	"strconv"
	"time"
)

// retryAfter is the retry that an answer asks for: after a duration or at a time.
type retryAfter struct {
	in time.Duration
	at time.Time
}

// parseRetryAfter parses seconds, an HTTP date or an RFC 3339 date
// (SDK specification 4.1.1). It returns nil for anything else.
func parseRetryAfter(v string) *retryAfter {
	if v == "" {
		return nil
	}
	if s, err := strconv.ParseUint(v, 10, 32); err == nil {
		return &retryAfter{in: time.Duration(s) * time.Second}
	}
	if at, err := http.ParseTime(v); err == nil {
		return &retryAfter{at: at}
	}
	if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
		return &retryAfter{at: at}
	}
	return nil
}

// when returns the time of the retry, which is never before now.
func (r *retryAfter) when(now time.Time) time.Time {
	at := r.at
	if at.IsZero() {
		at = now.Add(r.in)
	}
	if at.Before(now) {
		return now
	}
	return at
}
