package inngestkit

import (
	"fmt"
	"iter"

	"github.com/inngestkit/inngestkit/core/internal/declare"
	"github.com/inngestkit/inngestkit/core/internal/mistake"
)

// Register adds functions: all of them or, with every mistake in one joined
// error of [*ConfigError], none. It is safe for concurrent use.
func (a *App) Register(sources ...Source) error {
	if err := a.whole("Register"); err != nil {
		return err
	}
	var l mistake.List
	if err := a.in.Register(&l, specs(&l, sources)); err != nil {
		return err
	}
	return configErrors(&l)
}

// specs yields the functions of sources, and adds the mistakes between them.
func specs(l *mistake.List, sources []Source) iter.Seq[*declare.Function] {
	return func(yield func(*declare.Function) bool) {
		for i, source := range sources {
			if source == nil {
				l.Add("Register", "", fmt.Sprintf("source %d is nil", i), "pass functions, or anything with Functions() []Function")
				continue
			}
			for _, fn := range source.Functions() {
				if fn.spec == nil {
					l.Add("Register", "", fmt.Sprintf("source %d has an empty Function", i), "make functions with NewFunction or Adopt")
				} else if !yield(fn.spec) {
					return
				}
			}
		}
	}
}
