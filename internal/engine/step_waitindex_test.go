package engine_test

import (
	"fmt"
	"testing"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// TestWaitsByValue checks that finding waits by a required value has the same result as
// evaluating every expression.
func TestWaitsByValue(t *testing.T) {
	t.Parallel()
	const own = `{"order":7,"float":7.0,"text":"7","yes":true,"none":null,"deep":{"a":1},"quoted key":"q"}`
	for expression, c := range map[string]struct{ hit, miss string }{
		`async.data.order == event.data.order`:                          {`{"order":7}`, `{"order":"7"}`},
		`event.data.order == async.data.order`:                          {`{"order":7.0}`, `{"order":8}`},
		`event.data.float == async.data.order`:                          {`{"order":7}`, `{"order":7.5}`},
		`async.data.text == event.data.text`:                            {`{"text":"7"}`, `{"text":7}`},
		`async.data.yes == event.data.yes`:                              {`{"yes":true}`, `{"yes":"true"}`},
		`async.data.none == event.data.none`:                            {`{"none":null}`, `{"none":0}`},
		`async.data.deep == event.data.deep`:                            {`{"deep":{"a":1}}`, `{"deep":{"a":2}}`},
		`async.data.deep.a == event.data.deep.a`:                        {`{"deep":{"a":1}}`, `{"deep":1}`},
		`async.data["quoted key"] == event.data["quoted key"]`:          {`{"quoted key":"q"}`, `{"quoted":"q"}`},
		`async.data.order == 7`:                                         {`{"order":7}`, `{}`},
		`"x" == async.data.order`:                                       {`{"order":"x"}`, `{"order":"y"}`},
		`async.data.n > 1 && async.data.order == event.data.order`:      {`{"n":2,"order":7}`, `{"n":1,"order":7}`},
		`async.data.order == event.data.order || async.data.any`:        {`{"any":true}`, `{"any":false,"order":8}`},
		`(async.data.a == 1 || async.data.b == 2) && async.data.c == 3`: {`{"b":2,"c":3}`, `{"b":2,"c":4}`},
	} {
		k := newKit(t)
		waits(k, expression)
		run := k.start(own)
		k.send("paid", c.miss)
		if r := must(k.Run(run)); r.Status.Final() {
			t.Errorf("%s: %s ended the wait", expression, c.miss)
			continue
		}
		k.send("paid", c.hit)
		k.rest()
		k.status(run, engine.StatusCompleted)
	}
}

// TestWaitsEndInOrder checks that an event ends, in their order, the waits that require
// its value.
func TestWaitsEndInOrder(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	waits(k, `async.data.order == event.data.order`)
	var runs []string
	for i := range 20 {
		runs = append(runs, k.start(fmt.Sprintf(`{"order":%d}`, i%2)))
	}
	k.send("paid", `{"order":1}`)
	k.rest()
	var last engine.Run
	for i, id := range runs {
		r := must(k.Run(id))
		if r.Status.Final() != (i%2 == 1) {
			t.Errorf("run %d is %s", i, r.Status)
		}
		if i > 1 && i%2 == 1 && r.Steps[0].Ended.Before(last.Steps[0].Ended) {
			t.Errorf("run %d ended before the one before", i)
		}
		last = r
	}
}
