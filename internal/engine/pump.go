package engine

import "time"

// pump does all due work. Every change of the state calls it, with the lock held.
// Due tasks only change state or queue further tasks, so pump never blocks.
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

// arm sets the engine's timer to the earliest item.
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

// tick handles the timer.
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
