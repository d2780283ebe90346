package engine

import (
	"container/heap"
)

// gate is a limit for which calls wait. The engine's rates hold the state of a
// throttle; its gate holds only the lanes that wait.
type gate struct {
	key   string
	taken int
	users int // number of lanes that pass it
	queue lanes
	opens *item // the time at which the throttle opens
}

func (b *backlog) gate(key string) *gate {
	g := b.gates[key]
	if g == nil {
		g = &gate{key: key}
		b.gates[key] = g
	}
	return g
}

// closedGate returns the first gate that is closed for a lane's first call, or
// nil.
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

// pay takes the slots and throttle times that a call needs.
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

// release returns slots to their gates.
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

// open moves the first lane that can pass a gate to the ready lanes. It removes a
// gate that no lane needs.
func (e *Engine) open(g *gate) {
	b := &e.backlog
	if g.taken == 0 && g.users == 0 && b.gates[g.key] == g {
		delete(b.gates, g.key)
	}
	for _, l := range g.queue { // the first lane, unless functions share the gate with different limits
		if e.closedGate(l) != g {
			heap.Remove(&g.queue, l.index)
			l.at = nil
			heap.Push(&b.ready, l)
			return
		}
	}
}

// gateOpens opens a throttle's gate when its time comes.
type gateOpens struct{ gate *gate }

func (o gateOpens) due(e *Engine) {
	o.gate.opens = nil
	e.open(o.gate)
}
