package call

import "sync"

// suspicion is the present knowledge about the order of a run's steps.
type suspicion int

const (
	unsuspected suspicion = iota
	suspected             // it is wrong, unless a step is parallel
	explained             // it was warned about, or says nothing
)

// maxOrders bounds the runs whose suspicion is remembered.
const maxOrders = 1024

// orders remembers the suspicions of the last runs that have one.
type orders struct {
	mu   sync.Mutex
	runs map[string]suspicion
	ring []string // of the runs, up to maxOrders
	at   int      // of the oldest, once it is full
}

func (o *orders) of(run string) suspicion {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.runs[run]
}

func (o *orders) set(run string, s suspicion) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.runs == nil {
		o.runs = map[string]suspicion{}
	}
	switch _, known := o.runs[run]; {
	case known:
	case len(o.ring) < maxOrders:
		o.ring = append(o.ring, run)
	default:
		delete(o.runs, o.ring[o.at])
		o.ring[o.at] = run
		o.at = (o.at + 1) % maxOrders
	}
	o.runs[run] = s
}
