package parity

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// journal lists the observations of an app, in order. It is safe for concurrent use.
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

// await waits until the journal has at least n entries, and returns all.
func (k *kit) await(n int) []string {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), *patience)
	defer cancel()
	for {
		if notes := k.noted(); len(notes) >= n {
			return notes
		}
		select {
		case <-k.grew:
		case <-ctx.Done():
			k.Fatalf("the app saw %q, and not %d entries", k.noted(), n)
		}
	}
}
