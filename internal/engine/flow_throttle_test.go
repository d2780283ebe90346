package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/inngest/inngestgo"
)

func TestThrottle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit, burst uint
		want         []int // number of runs that begin in each second
	}{
		{2, 0, []int{2, 0, 0, 1, 0, 0, 1}},
		{2, 1, []int{3, 0, 0, 1, 0, 0, 1}},
		{1, 0, []int{1, 0, 0, 0, 0, 0, 1}},
		{1, 3, []int{4, 0, 0, 0, 0, 0, 1}},
	} {
		s := newStarter(t, inngestgo.FunctionOpts{Throttle: &inngestgo.ConfigThrottle{Limit: c.limit, Period: 6 * time.Second, Burst: c.burst}})
		for range 8 {
			s.send("go", `{"n":1}`)
		}
		var got []int
		for range c.want {
			s.rest()
			got = append(got, len(s.began))
			s.began = nil
			s.clock.Advance(time.Second)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("limit %d with burst %d: %v began each second, want %v", c.limit, c.burst, got, c.want)
		}
	}
}

func TestThrottleKey(t *testing.T) {
	t.Parallel()
	key := "event.data.user"
	s := newStarter(t, inngestgo.FunctionOpts{Throttle: &inngestgo.ConfigThrottle{Limit: 1, Period: time.Minute, Key: &key}})
	for _, data := range []string{`{"n":1,"user":"a"}`, `{"n":2,"user":"a"}`, `{"n":3,"user":"b"}`, `{"n":4}`, `{"n":5}`} {
		s.send("go", data)
	}
	s.want("1", "3", "4")
	s.clock.Advance(time.Minute - 1)
	s.want()
	s.clock.Advance(1)
	s.want("2", "5")
}

// TestThrottleCancelled checks that a cancelled run does not count for the throttle.
func TestThrottleCancelled(t *testing.T) {
	t.Parallel()
	s := newStarter(t, inngestgo.FunctionOpts{Throttle: &inngestgo.ConfigThrottle{Limit: 1, Period: time.Minute}})
	s.send("go", `{"n":1}`)
	waiting := s.runsOf(s.send("go", `{"n":2}`))[0]
	s.send("go", `{"n":3}`)
	if err := s.Cancel(waiting); err != nil {
		t.Fatal(err)
	}
	s.want("1")
	s.clock.Advance(time.Minute)
	s.want("3")
}
