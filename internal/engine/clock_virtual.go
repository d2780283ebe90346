package engine

import (
	"slices"
	"sync"
	"time"
)

// VirtualClock is a Clock that moves only when a test moves it. It is safe for
// concurrent use. Timers run in the goroutine that moves the clock.
type VirtualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers []*virtualTimer // sorted by time; timers of one time in the order of their creation
}

type virtualTimer struct {
	clock *VirtualClock
	at    time.Time
	f     func()
}

// NewVirtualClock returns a clock that shows start.
func NewVirtualClock(start time.Time) *VirtualClock {
	return &VirtualClock{now: start}
}

// Now returns the clock's time.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc calls f once the clock has moved by d.
func (c *VirtualClock) AfterFunc(d time.Duration, f func()) Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &virtualTimer{clock: c, at: c.now.Add(d), f: f}
	i, _ := slices.BinarySearchFunc(c.timers, t, func(a, b *virtualTimer) int {
		if a.at.After(b.at) {
			return 1
		}
		return -1 // an equal time sorts before the new one
	})
	c.timers = slices.Insert(c.timers, i, t)
	return t
}

// Stop removes the timer.
func (t *virtualTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	i := slices.Index(t.clock.timers, t)
	if i < 0 {
		return false
	}
	t.clock.timers = slices.Delete(t.clock.timers, i, i+1)
	return true
}

// Advance moves the clock by d and runs the timers that are due, in order.
func (c *VirtualClock) Advance(d time.Duration) {
	target := c.Now().Add(d)
	for c.step(target) {
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now.Before(target) {
		c.now = target
	}
}

// Next returns the time of the earliest timer, and whether there is one.
func (c *VirtualClock) Next() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.timers) == 0 {
		return time.Time{}, false
	}
	return c.timers[0].at, true
}

// step runs the earliest timer that is not after target.
func (c *VirtualClock) step(target time.Time) bool {
	c.mu.Lock()
	if len(c.timers) == 0 || c.timers[0].at.After(target) {
		c.mu.Unlock()
		return false
	}
	t := c.timers[0]
	c.timers = slices.Delete(c.timers, 0, 1)
	if c.now.Before(t.at) {
		c.now = t.at
	}
	c.mu.Unlock()
	t.f()
	return true
}
