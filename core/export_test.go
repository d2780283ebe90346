package inngestkit

import "testing"

// IsolateDefinitions gives a test a registry of definitions of its own, so
// that its bad ones do not fail every New after it. The test must not be
// parallel.
func IsolateDefinitions(t *testing.T) {
	t.Helper()
	swap := func(defs map[string]*definition, byName map[defKey]*definition) (map[string]*definition, map[defKey]*definition) {
		definitions.mu.Lock()
		defer definitions.mu.Unlock()
		oldDefs, oldByName := definitions.defs, definitions.byName
		definitions.defs, definitions.byName = defs, byName
		return oldDefs, oldByName
	}
	defs, byName := swap(nil, nil)
	t.Cleanup(func() { swap(defs, byName) })
}
