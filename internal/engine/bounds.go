package engine

// bounds are how much of something is kept.
type bounds struct{ count, bytes int }

// exceeded reports whether something must go. The latest one may stay however
// large it is.
func (b bounds) exceeded(count, bytes int) bool {
	return count > b.count || (bytes > b.bytes && count > 1)
}
