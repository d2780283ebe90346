package engine

import (
	"container/heap"
	"time"
)

// item is a task with its time.
type item struct {
	at    time.Time
	seq   uint64 // orders items of the same time
	index int    // in the heap; -1 after removal
	task  task
}

// task is work for a later time. The engine holds its lock when it calls due.
// Tasks are plain data, not closures, so that a store can restore them.
type task interface{ due(e *Engine) }

// queue is a heap of items by time. Items of the same time stay in the order in
// which they were pushed. The zero value is empty.
type queue struct {
	items itemHeap
	seq   uint64
}

func (q *queue) push(at time.Time, t task) *item {
	q.seq++
	it := &item{at: at, seq: q.seq, task: t}
	heap.Push(&q.items, it)
	return it
}

// remove removes an item. It ignores nil and removed items.
func (q *queue) remove(it *item) {
	if it != nil && it.index >= 0 {
		heap.Remove(&q.items, it.index)
	}
}

// next returns the earliest item, or nil.
func (q *queue) next() *item {
	if len(q.items) == 0 {
		return nil
	}
	return q.items[0]
}

type itemHeap []*item

func (h itemHeap) Len() int { return len(h) }

func (h itemHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].seq < h[j].seq
}

func (h itemHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *itemHeap) Push(x any) {
	it := x.(*item) //nolint:forcetypeassert // only push calls heap.Push
	it.index = len(*h)
	*h = append(*h, it)
}

func (h *itemHeap) Pop() any {
	last := len(*h) - 1
	it := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	it.index = -1
	return it
}
