package engine

import "time"

// pump does everything that is due. It runs with the lock held, after every
// change of state; due tasks only change state or queue more of them, so it
// never blocks.
func (e *Engine) pump() {
	if e.closed {
		return
	}
	now := e.clock.Now()
	for it := e.queue.next(); it != nil && !it.at.After(now); it = e.queue.next() {
		e.queue.remove(it)
		it.task.due(e)
	}
	for e.inflight < e.cfg.Workers {
		c := e.nextCall()
		if c == nil {
			break
		}
		e.launch(c)
	}
	e.flush()
	e.arm(now)
	e.wakeIdle()
}

// arm sets the one timer to the earliest item.
func (e *Engine) arm(now time.Time) {
	it := e.queue.next()
	if it == nil {
		if e.timer != nil {
			e.timer.Stop()
			e.timer = nil
		}
		return
	}
	if e.timer != nil {
		if e.timerAt.Equal(it.at) {
			return
		}
		e.timer.Stop()
	}
	e.timerAt = it.at
	e.timer = e.clock.AfterFunc(it.at.Sub(now), e.tick)
}

// tick is what the timer calls.
func (e *Engine) tick() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.timer = nil
	e.pump()
}

func (e *Engine) wakeIdle() {
	if len(e.idle) == 0 || !e.resting() {
		return
	}
	for _, rest := range e.idle {
		close(rest)
	}
	e.idle = nil
}
