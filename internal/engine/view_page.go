package engine

// DefaultPage is the number of entries on a page if the query has no limit.
const DefaultPage = 20

// pageBudget bounds the entries that one page examines, so that the cost of a page
// does not grow with the log. An entry whose text is searched counts as searchCost
// entries.
const (
	pageBudget = 10_000
	searchCost = 10
)

// budget is the remaining budget of a page.
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
