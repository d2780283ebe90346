package parity

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// expressionEvents is the data of the events on which expressions are evaluated.
var expressionEvents = []map[string]any{
	{"n": 101, "s": "x", "b": true, "list": []any{1, 2}, "at": "2025-06-01T00:00:00Z"},
	{"n": 5, "s": "Abc", "b": false, "list": []any{2}, "o": map[string]any{"k": "v"}, "at": "2023-06-01"},
	{"n": "5", "s": 3, "b": "true", "list": "no", "o": 3},
	{},
	{"n": nil, "s": nil, "b": nil, "list": nil, "at": nil},
}

// expressions of triggers, and of which of the events each is true.
var expressions = map[string]string{
	`event.data.n > 100`:                       "1....",
	`event.data.n < 100`:                       ".1.11",
	`event.data.n == 5`:                        ".1...",
	`event.data.n == "5"`:                      "..1..",
	`event.data.n != 5`:                        "1.111",
	`event.data.n + 1 == 6`:                    ".....",
	`event.data.n + 1.0 == 6.0`:                ".1...",
	`string(event.data.n) == "5"`:              ".11..",
	`event.data.n in [5, 101]`:                 "11...",
	`event.data.s == "x"`:                      "1....",
	`event.data.s > "a"`:                       "1....",
	`event.data.s.startsWith("x")`:             "1....",
	`!event.data.s.startsWith("x")`:            ".1.1.",
	`event.data.s.matches("^[a-z]+$")`:         "1....",
	`lowercase(event.data.s) == "abc"`:         ".1...",
	`uppercase(event.data.s) == "ABC"`:         ".1...",
	`event.data.b`:                             "1....",
	`!event.data.b`:                            ".1...",
	`event.data.b != true`:                     ".1111",
	`event.data.list.exists(x, x == 1)`:        "1....",
	`size(event.data.list) == 2`:               "1.1..",
	`event.data.list[0] == 2`:                  ".1...",
	`event.data.o.k == "v"`:                    ".1...",
	`has(event.data.n)`:                        "111.1",
	`!has(event.data.n)`:                       ".....",
	`event.data.missing == null`:               "11111",
	`event.data.missing != "x"`:                "11111",
	`event.data.missing > 3`:                   ".....",
	`event.data.missing < 3`:                   "11111",
	`event.data.missing.sub == null`:           "11111",
	`event.data.missing == event.data.missing`: ".....",
	`event.data.missing > 1 || event.data.b`:   "1....",
	`event.data.at > "2024-01-01"`:             "1....",
	`date(event.data.at) > date("2024-01-01")`: "1....",
	`date(event.data.at) < now()`:              "11...",
	`event.name.endsWith("go")`:                "11111",
	`event.ts > 1000`:                          "11111",
}

func expressionScenarios() []scenario {
	return []scenario{{
		name:  "expressions",
		shows: "results of trigger expressions over numbers, strings, lists and dates, over fields of another type, null and missing fields",
		play: func(k *kit) {
			sources := slices.Sorted(maps.Keys(expressions))
			var functions []function
			for i, source := range sources {
				functions = append(functions, inngestkit.NewFunction(
					options{ID: fmt.Sprint("f", i), Retries: new(0)}, inngestgo.EventTrigger(k.event("go"), &source),
					func(_ context.Context, in input) (any, error) {
						k.notef("%v %d", in.Event.Data["row"], i)
						return nil, nil
					}))
			}
			k.serve(append(functions, k.on("last", "last", func(context.Context, input) (any, error) { return nil, nil }))...)
			for row, data := range expressionEvents {
				data = maps.Clone(data)
				data["row"] = row
				k.send("go", data)
			}
			k.await(strings.Count(strings.Join(slices.Collect(maps.Values(expressions)), ""), "1"))
			k.plays("last", nil, "Completed", nil) // gives the functions that should not run time to do so
			got := map[string]string{}
			for i, source := range sources {
				row := func(n int) byte { return ".1"[min(1, count(k.noted(), fmt.Sprint(n, " ", i)))] }
				got[source] = string([]byte{row(0), row(1), row(2), row(3), row(4)})
			}
			equal(k, "the events that an expression is true of", got, expressions)
		},
	}}
}

func count(list []string, s string) (n int) {
	for _, v := range list {
		if v == s {
			n++
		}
	}
	return n
}
