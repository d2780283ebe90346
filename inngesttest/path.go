package inngesttest

import (
	"hash/maphash"
	"sync"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// paths holds the known paths through functions, as hashes of the places at which
// they took their steps.
var paths sync.Map

var pathSeed = maphash.MakeSeed()

// isNew reports whether a run took its latest steps by a path that no run of the
// process has taken before.
func (t *trail) isNew(function string, ops []wire.Op) bool {
	path := maphash.String(pathSeed, function)
	for _, s := range t.sites { // one site for each place and each way to it
		path = maphash.Comparable(pathSeed, pathStep{path, s})
	}
	for _, o := range ops {
		path = maphash.Comparable(pathSeed, pathStep{path, stepName(o)})
	}
	_, known := paths.LoadOrStore(path, true)
	return !known
}

// pathStep is hashed for each step of a path.
type pathStep struct {
	before uint64
	next   any
}
