package wire_test

import (
	"testing"

	"github.com/inngestkit/inngestkit/internal/wire"
)

func TestHashStepID(t *testing.T) {
	t.Parallel()
	// The first is the specification's own example (5.1.2).
	for _, c := range []struct {
		id    string
		index int
		want  string
	}{
		{"my-step-id", 0, "e7d8a2f140845095749d60246ff1110c9d01d76a"},
		{"my-step-id:1", 0, wire.HashStepID("my-step-id", 1)},
		{"my-step-id:2", 0, wire.HashStepID("my-step-id", 2)},
	} {
		if got := wire.HashStepID(c.id, c.index); got != c.want {
			t.Errorf("HashStepID(%q, %d) = %s, want %s", c.id, c.index, got, c.want)
		}
	}
}
