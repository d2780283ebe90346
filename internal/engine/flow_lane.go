package engine

import (
	"container/heap"
	"strconv"
	"strings"
)

// lane holds calls that need the same tolls. Only the first of them can be next.
type lane struct {
	key   string
	tolls []toll
	gates []*gate // one for each toll
	calls calls
	at    *gate // the gate at which the lane waits; nil if the lane is ready
	index int   // in the gate's queue, or among the ready lanes
}

// backlog holds the calls that are due and not yet sent. Calls of the oldest run
// come first; calls of one run are in the order in which they became due.
type backlog struct {
	lanes map[string]*lane
	gates map[string]*gate
	ready lanes // those that wait at no gate
	seq   uint64
}

func newBacklog() backlog {
	return backlog{lanes: map[string]*lane{}, gates: map[string]*gate{}}
}

// line adds a call to the lane for its tolls.
func (b *backlog) line(c *call) {
	b.seq++
	c.seq = b.seq
	l := b.lane(c.tolls())
	heap.Push(&l.calls, c)
	switch {
	case len(l.calls) == 1:
		heap.Push(&b.ready, l)
	case l.calls[0] != c: // the lane's first call is the same
	case l.at != nil:
		heap.Fix(&l.at.queue, l.index)
	default:
		heap.Fix(&b.ready, l.index)
	}
}

func (b *backlog) lane(tolls []toll) *lane {
	var key strings.Builder
	for _, t := range tolls {
		key.WriteString(t.gate + "\x00" + strconv.Itoa(t.slots) + "\x00")
	}
	l := b.lanes[key.String()]
	if l == nil {
		l = &lane{key: key.String(), tolls: tolls}
		for _, t := range tolls {
			g := b.gate(t.gate)
			g.users++
			l.gates = append(l.gates, g)
		}
		b.lanes[l.key] = l
	}
	return l
}

// tolls returns the tolls of a call. Only the first call of a run needs all of
// them.
func (c *call) tolls() []toll {
	if c.run.begun.IsZero() {
		return c.run.tolls.first
	}
	return c.run.tolls.later
}

// nextCall removes from the backlog the first call that may be sent, and takes
// its slots. It returns nil if there is none.
func (e *Engine) nextCall() *call {
	for b := &e.backlog; len(b.ready) > 0; {
		l := b.ready[0]
		c := l.calls[0]
		if !c.live() || e.hold(c) {
			e.leave(l)
			continue
		}
		if g := e.closedGate(l); g != nil {
			heap.Pop(&b.ready)
			l.at = g
			heap.Push(&g.queue, l)
			e.openAll(l) // another lane may use the gate that had opened for this one
			continue
		}
		e.pay(c, l)
		e.leave(l)
		return c
	}
	return nil
}

// leave removes the first call of a ready lane.
func (e *Engine) leave(l *lane) {
	b := &e.backlog
	heap.Pop(&l.calls)
	if len(l.calls) > 0 {
		heap.Fix(&b.ready, l.index)
		e.openAll(l)
		return
	}
	heap.Remove(&b.ready, l.index)
	delete(b.lanes, l.key)
	for _, g := range l.gates {
		g.users--
	}
	e.openAll(l)
}

// lanes is a heap of lanes by their first calls.
type lanes []*lane

func (h lanes) Len() int { return len(h) }

func (h lanes) Less(i, j int) bool { return h[i].calls[0].before(h[j].calls[0]) }

func (h lanes) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *lanes) Push(x any) {
	l := x.(*lane) //nolint:forcetypeassert // only lanes are pushed
	l.index = len(*h)
	*h = append(*h, l)
}

func (h *lanes) Pop() any {
	last := len(*h) - 1
	l := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return l
}

// calls is a heap of calls by their order in the backlog.
type calls []*call

func (h calls) Len() int { return len(h) }

func (h calls) Less(i, j int) bool { return h[i].before(h[j]) }

func (h calls) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *calls) Push(x any) { *h = append(*h, x.(*call)) } //nolint:forcetypeassert // only calls are pushed

func (h *calls) Pop() any {
	last := len(*h) - 1
	c := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return c
}

// before reports whether c comes before o in the backlog.
func (c *call) before(o *call) bool {
	if !c.run.rank.Equal(o.run.rank) {
		return c.run.rank.Before(o.run.rank)
	}
	return c.seq < o.seq
}
