package engine

import (
	"fmt"
	"time"

	"github.com/xhit/go-str2duration/v2"
)

// parseDeadline parses a time string or an ISO 8601 date, and sets one of its
// two results.
func parseDeadline(s string) (in time.Duration, at time.Time, err error) {
	if at, err = time.Parse(time.RFC3339Nano, s); err == nil {
		return 0, at, nil
	}
	in, err = parseDuration(s)
	return in, time.Time{}, err
}

// deadline returns the time that the results of parseDeadline mean.
func deadline(now time.Time, in time.Duration, at time.Time) time.Time {
	if at.IsZero() {
		return now.Add(in)
	}
	return at
}

// parseDuration parses a time string (SDK specification 1.3.2).
func parseDuration(s string) (time.Duration, error) {
	d, err := str2duration.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q is neither a duration such as 1w2d3h4m5s nor a date", s)
	}
	return d, nil
}
