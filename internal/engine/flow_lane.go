package engine

import (
	"container/heap"
	"strconv"
	"strings"
)

// lane is calls that need the same of the same gates, so that the first of them
// waits for all.
type lane struct {
	key   string
	tolls []toll
	gates []*gate // of the tolls
	calls calls
	at    *gate // that the lane waits at; nil when it is to be tried
	index int   // among the lanes that wait there, or are to be tried
}

// backlog is the calls that are due and have not been sent. The oldest run's
// come first, and of one run those that were due first.
type backlog struct {
	lanes map[string]*lane
	gates map[string]*gate
	ready lanes // to be tried
	seq   uint64
}

func newBacklog() backlog {
	return backlog{lanes: map[string]*lane{}, gates: map[string]*gate{}}
}

// line puts a call at its place in the lane that its tolls make.
func (b *backlog) line(c *call) {
	b.seq++
	c.seq = b.seq
	l := b.lane(c.tolls())
	heap.Push(&l.calls, c)
	switch {
	case len(l.calls) == 1:
		heap.Push(&b.ready, l)
	case l.calls[0] != c: // nothing has changed for the lane
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

// tolls are what a call needs: the first one of a run all of them.
func (c *call) tolls() []toll {
	if c.run.begun.IsZero() {
		return c.run.tolls.first
	}
	return c.run.tolls.later
}

// nextCall takes the first call that may be sent out of the backlog, with the
// slots it needs, or returns nil.
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
			e.openAll(l) // it may have been let through by one to stand at another
			continue
		}
		e.pay(c, l)
		e.leave(l)
		return c
	}
	return nil
}

// leave takes the first call out of a lane that is being tried.
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

// calls is a heap of calls by their place in line.
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

// before reports whether a call stands before another in line.
func (c *call) before(o *call) bool {
	if !c.run.rank.Equal(o.run.rank) {
		return c.run.rank.Before(o.run.rank)
	}
	return c.seq < o.seq
}
