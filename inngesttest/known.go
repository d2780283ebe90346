package inngesttest

import (
	"fmt"
	"slices"
	"strings"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// functionOf returns the function of an app with an id, its own or its full one.
func functionOf(app *inngestkit.App, id string) (inngestkit.Function, bool) {
	all := app.Registered()
	i := slices.IndexFunc(all, func(fn inngestkit.Function) bool { return id == fn.ID() || id == app.ID()+"-"+fn.ID() })
	if i < 0 {
		return inngestkit.Function{}, false
	}
	return all[i], true
}

// hasFunction reports whether an app has a function with an id.
func hasFunction(app *inngestkit.App, id string) bool {
	_, ok := functionOf(app, id)
	return ok
}

// noFunction says that the app has no function with an id, and lists its functions.
func noFunction(app *inngestkit.App, id string) string {
	all := app.Registered()
	ids := make([]string, len(all))
	for i, fn := range all {
		ids[i] = fn.ID()
	}
	return fmt.Sprintf("the app has no function %q; it has %s", id, strings.Join(ids, ", "))
}
