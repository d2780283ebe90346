package engine_test

import (
	"testing"
	"time"

	"github.com/inngest/inngestgo"
)

// TestRateLimit checks that a limit spreads runs over its period, and allows a tenth of
// them at once besides.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := newStarter(t, inngestgo.FunctionOpts{RateLimit: &inngestgo.ConfigRateLimit{Limit: 2, Period: 8 * time.Second}})
	s.send("go", `{"n":1}`)
	s.send("go", `{"n":2}`)
	s.clock.Advance(4*time.Second - 1)
	s.send("go", `{"n":3}`)
	s.clock.Advance(1)
	s.send("go", `{"n":4}`)
	s.clock.Advance(time.Hour)
	s.want("1", "4")

	s = newStarter(t, inngestgo.FunctionOpts{RateLimit: &inngestgo.ConfigRateLimit{Limit: 20, Period: 20 * time.Second}})
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		s.send("go", `{"n":`+n+`}`)
	}
	s.want("1", "2", "3")
	s.clock.Advance(time.Second)
	s.send("go", `{"n":6}`)
	s.send("go", `{"n":7}`)
	s.want("6")
}

// TestRateLimitKey checks that an event whose key is missing or false is not limited.
// Null is a value.
func TestRateLimitKey(t *testing.T) {
	t.Parallel()
	key := "event.data.user"
	s := newStarter(t, inngestgo.FunctionOpts{RateLimit: &inngestgo.ConfigRateLimit{Limit: 1, Period: time.Minute, Key: &key}})
	for _, data := range []string{`{"n":1,"user":"a"}`, `{"n":2,"user":"b"}`, `{"n":3,"user":"a"}`, `{"n":4}`, `{"n":5,"user":false}`, `{"n":6,"user":null}`, `{"n":7,"user":null}`} {
		s.send("go", data)
	}
	s.want("1", "2", "4", "5", "6")
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	key := "event.data.order"
	s := newStarter(t, inngestgo.FunctionOpts{Idempotency: &key})
	for _, data := range []string{`{"n":1,"order":"a"}`, `{"n":2,"order":"a"}`, `{"n":3,"order":"b"}`, `{"n":4}`, `{"n":5}`} {
		s.send("go", data)
	}
	s.want("1", "3", "4", "5")
	s.clock.Advance(24*time.Hour - 1)
	s.send("go", `{"n":6,"order":"a"}`)
	s.want()
	s.clock.Advance(1)
	s.send("go", `{"n":7,"order":"a"}`)
	s.want("7")
}
