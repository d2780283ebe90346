//go:build nomsgpack

package inngestgin

// markAll does nothing: under this build tag, Gin's bindings cannot be replaced.
func markAll() {}
