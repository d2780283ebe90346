package engine

import "errors"

// Store keeps an engine's state, so that it outlives the process: records of
// bytes, by keys that are paths. One engine uses it at a time.
type Store interface {
	// Load calls f with every record, in the order of the keys' bytes, and
	// returns the first error. F must not keep value.
	Load(f func(key string, value []byte) error) error
	// Commit makes all writes, in their order, or none. Once it has returned nil
	// they outlive the process. An error is final: the engine stops working.
	Commit(writes []Write) error
}

// Write is a record to be kept. A nil Value means that there is none, nor any
// below its key: none whose key goes on with a slash.
type Write struct {
	Key   string
	Value []byte
}

// ErrStore is returned when what a request has changed could not be kept. The
// engine then makes no further calls.
var ErrStore = errors.New("the engine's state cannot be kept")
