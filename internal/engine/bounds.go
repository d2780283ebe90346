package engine

// bounds limits a log by entries and by bytes.
type bounds struct{ count, bytes int }

// exceeded reports whether the log must forget its oldest entry. It may keep
// one entry of any size.
func (b bounds) exceeded(count, bytes int) bool {
	return count > b.count || (bytes > b.bytes && count > 1)
}
