package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// listed returns a kit with six runs that started a minute apart, alternately of two
// functions, of which "odd" fails.
func listed(t *testing.T) *kit {
	t.Helper()
	k := newKit(t)
	k.add(inngestgo.FunctionOpts{ID: "even"}, inngestgo.EventTrigger("even", nil), func(context.Context, input) (any, error) { return "fine", nil })
	k.add(inngestgo.FunctionOpts{ID: "odd", Retries: new(int)}, inngestgo.EventTrigger("odd", nil), func(context.Context, input) (any, error) {
		return nil, fmt.Errorf("out of Paper")
	})
	k.sync()
	for i := range 6 {
		k.send([]string{"even", "odd"}[i%2], fmt.Sprintf(`{"n":"no-%d"}`, i))
		k.rest()
		k.clock.Advance(time.Minute)
	}
	return k
}

// numbers returns n of the runs' events.
func numbers(runs []engine.Run) string {
	var b strings.Builder
	for _, r := range runs {
		data := string(r.Events[0].Data)
		b.WriteString(data[strings.Index(data, "no-")+3:][:1])
	}
	return b.String()
}

func TestRuns(t *testing.T) {
	t.Parallel()
	k := listed(t)
	uuid := must(k.Run(k.runsOf(k.Events(engine.EventQuery{Name: "odd"}).Events[0].ID)[0])).FunctionUUID
	for name, c := range map[string]struct {
		query engine.RunQuery
		want  string
	}{
		"all":           {engine.RunQuery{}, "543210"},
		"app":           {engine.RunQuery{App: "shop"}, "543210"},
		"other app":     {engine.RunQuery{App: "store"}, ""},
		"function":      {engine.RunQuery{Function: "shop-even"}, "420"},
		"function UUID": {engine.RunQuery{Function: uuid}, "531"},
		"status":        {engine.RunQuery{Status: engine.StatusFailed}, "531"},
		"since":         {engine.RunQuery{Since: start.Add(4 * time.Minute)}, "54"},
		"until":         {engine.RunQuery{Until: start.Add(2 * time.Minute)}, "10"},
		"event":         {engine.RunQuery{Search: "NO-3"}, "3"},
		"error":         {engine.RunQuery{Search: "of paper"}, "531"},
		"output":        {engine.RunQuery{Search: "fine", Until: start.Add(time.Second)}, "0"},
		"nothing":       {engine.RunQuery{Search: "no-7"}, ""},
		"no cursor":     {engine.RunQuery{Before: "!"}, ""},
	} {
		page := k.Runs(c.query)
		if got := numbers(page.Runs); got != c.want || page.Next != "" {
			t.Errorf("%s: got runs %q and next %q, want %q", name, got, page.Next, c.want)
		}
	}
}

func TestRunPages(t *testing.T) {
	t.Parallel()
	k := listed(t)
	var got []string
	q := engine.RunQuery{Limit: 2}
	for {
		page := k.Runs(q)
		got = append(got, numbers(page.Runs))
		if len(got) == 1 { // a run that begins between two pages does not shift them
			k.send("even", `{"n":"no-6"}`)
			k.rest()
		}
		if q.Before = page.Next; q.Before == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"54", "32", "10"}, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestEventPages(t *testing.T) {
	t.Parallel()
	k := listed(t)
	var got []string
	q := engine.EventQuery{Limit: 4}
	for {
		page := k.Events(q)
		var names []string
		for _, ev := range page.Events {
			names = append(names, ev.Name)
		}
		got = append(got, strings.Join(names, " "))
		if q.Before = page.Next; q.Before == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"odd even odd even", "odd even"}, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	k := listed(t)
	for name, c := range map[string]struct {
		query engine.EventQuery
		want  int
	}{
		"all":      {engine.EventQuery{}, 6},
		"name":     {engine.EventQuery{Name: "odd"}, 3},
		"internal": {engine.EventQuery{Internal: true, Limit: 100}, 15},
		"since":    {engine.EventQuery{Since: start.Add(4 * time.Minute)}, 2},
		"until":    {engine.EventQuery{Until: start.Add(time.Minute)}, 1},
		"search":   {engine.EventQuery{Search: "No-4"}, 1},
		"gone":     {engine.EventQuery{Before: "nope"}, 0},
	} {
		if page := k.Events(c.query); len(page.Events) != c.want || page.Next != "" {
			t.Errorf("%s: got %d events and next %q, want %d", name, len(page.Events), page.Next, c.want)
		}
	}
}

// TestPagesAreBounded checks that a page examines a bounded number of entries. A search
// for rare text continues on the next page.
func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.send("needle", `{}`)
	for range 2500 {
		k.send("hay", `{}`)
	}
	pages, found := 0, 0
	for q := (engine.EventQuery{Search: "needle"}); ; pages++ {
		page := k.Events(q)
		found += len(page.Events)
		if q.Before = page.Next; q.Before == "" {
			break
		}
	}
	if found != 1 || pages != 2 {
		t.Errorf("found %d after %d pages that were not the last, want 1 after 2", found, pages)
	}
}
