//go:build nomsgpack

package inngestgin

// markAll does nothing: under this build tag, nothing can take the place of Gin's
// bindings.
func markAll() {}
