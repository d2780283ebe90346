package parity

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// journal is what an app saw, in order. It is safe for concurrent use.
type journal struct {
	mu    *sync.Mutex
	notes *[]string
	grew  chan struct{}
}

func newJournal() journal {
	return journal{mu: &sync.Mutex{}, notes: new([]string), grew: make(chan struct{}, 1)}
}

func (j journal) notef(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	*j.notes = append(*j.notes, fmt.Sprintf(format, args...))
	select {
	case j.grew <- struct{}{}:
	default:
	}
}

func (j journal) noted() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(*j.notes)
}

// await waits until the app has seen at least n things, and returns all.
func (k *kit) await(n int) []string {
	k.Helper()
	late := time.After(patience)
	for {
		if notes := k.noted(); len(notes) >= n {
			return notes
		}
		select {
		case <-k.grew:
		case <-late:
			k.Fatalf("the app saw %q, and no %d things", k.noted(), n)
		}
	}
}
