package application

import (
	"crypto/sha256"
	"sync"
)

// Keys remembers the bodies that recent idempotency keys came with. It is safe
// for concurrent use.
type Keys struct {
	mu     sync.Mutex
	bodies map[[sha256.Size]byte][sha256.Size]byte
	order  [][sha256.Size]byte
}

// maxKeys bounds that memory.
const maxKeys = 4096

// Conflict reports whether the key has come with another body.
func (k *Keys) Conflict(key, body [sha256.Size]byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if first, ok := k.bodies[key]; ok {
		return first != body
	}
	if k.bodies == nil {
		k.bodies = map[[sha256.Size]byte][sha256.Size]byte{}
	}
	if len(k.order) == maxKeys {
		delete(k.bodies, k.order[0])
		k.order = k.order[1:]
	}
	k.bodies[key] = body
	k.order = append(k.order, key)
	return false
}
