package engine

// fifo is a queue of calls. The zero value is empty.
type fifo struct {
	calls []*call
	head  int
}

func (f *fifo) len() int { return len(f.calls) - f.head }

func (f *fifo) push(c *call) { f.calls = append(f.calls, c) }

func (f *fifo) pop() *call {
	if f.len() == 0 {
		return nil
	}
	c := f.calls[f.head]
	f.calls[f.head] = nil
	if f.head++; f.head == len(f.calls) {
		f.calls, f.head = f.calls[:0], 0
	}
	return c
}
