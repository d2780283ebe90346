package engine

import (
	"container/heap"
)

// gate is a limit that calls wait at. Of a throttle it knows only who waits.
type gate struct {
	key   string
	taken int
	users int // that lead through it
	queue lanes
	opens *item // when the throttle does
}

func (b *backlog) gate(key string) *gate {
	g := b.gates[key]
	if g == nil {
		g = &gate{key: key}
		b.gates[key] = g
	}
	return g
}

// closedGate returns the first gate that does not let a lane's first call through.
func (e *Engine) closedGate(l *lane) *gate {
	now := e.clock.Now()
	for i, t := range l.tolls {
		g := l.gates[i]
		if t.every == 0 {
			if g.taken >= t.slots {
				return g
			}
			continue
		}
		if at := e.rates.next(g.key, t.every, t.burst); at.After(now) {
			if g.opens == nil {
				g.opens = e.queue.push(at, gateOpens{g})
			}
			return g
		}
	}
	return nil
}

// pay takes what a call needs of its lane's gates.
func (e *Engine) pay(c *call, l *lane) {
	now := e.clock.Now()
	for i, t := range l.tolls {
		g := l.gates[i]
		switch {
		case t.every > 0:
			e.rates.take(g.key, now, t.every)
			continue
		case t.whole:
			c.run.slots = append(c.run.slots, g)
		default:
			c.slots = append(c.slots, g)
		}
		g.taken++
	}
}

// release gives slots back.
func (e *Engine) release(slots *[]*gate) {
	for _, g := range *slots {
		g.taken--
		e.open(g)
	}
	*slots = nil
}

func (e *Engine) openAll(l *lane) {
	for _, g := range l.gates {
		e.open(g)
	}
}

// open lets the first lane that can pass a gate be tried, and forgets a gate
// that nobody needs.
func (e *Engine) open(g *gate) {
	b := &e.backlog
	if g.taken == 0 && g.users == 0 && b.gates[g.key] == g {
		delete(b.gates, g.key)
	}
	for _, l := range g.queue { // the first, but where functions share a gate with other limits
		if e.closedGate(l) != g {
			heap.Remove(&g.queue, l.index)
			l.at = nil
			heap.Push(&b.ready, l)
			return
		}
	}
}

// gateOpens tries those who wait at a throttle.
type gateOpens struct{ gate *gate }

func (o gateOpens) due(e *Engine) {
	o.gate.opens = nil
	e.open(o.gate)
}
