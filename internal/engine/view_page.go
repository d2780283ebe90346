package engine

// DefaultPage is how many entries a page has when a query names no limit.
const DefaultPage = 20

// pageBudget bounds the entries that are looked at for one page, so that a
// page costs the same however much is kept; searching an entry's text counts
// as searchCost of them.
const (
	pageBudget = 10_000
	searchCost = 10
)

// budget is what is left to be spent on a page.
type budget struct{ left, each int }

func newBudget(search string) budget {
	if search == "" {
		return budget{pageBudget, 1}
	}
	return budget{pageBudget, searchCost}
}

func (b *budget) spend() bool {
	b.left -= b.each
	return b.left >= 0
}
