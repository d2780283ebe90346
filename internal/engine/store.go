package engine

import "errors"

// Store holds an engine's state, so that it outlives the process. Its records are
// bytes under keys that are slash-separated paths. Only one engine may use it at a
// time.
type Store interface {
	// Load calls f with every record, in the order of the keys' bytes, and
	// returns the first error. f must not retain value.
	Load(f func(key string, value []byte) error) error
	// Commit makes all writes, in their order, or none. If it returns nil, they
	// outlive the process. An error is final: the engine stops working.
	Commit(writes []Write) error
}

// Write sets a record. A nil Value deletes the record and all records below it,
// those whose key is Key, a slash and more.
type Write struct {
	Key   string
	Value []byte
}

// ErrStore is the error of a request whose changes the store could not commit. The
// engine then makes no further calls.
var ErrStore = errors.New("the engine's state cannot be kept")
