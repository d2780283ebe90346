package expr_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
)

// document is an event as JSON.
type document string

func (d document) Document() any { return expr.Decode(json.RawMessage(d)) }

func newCompiler(t *testing.T) *expr.Compiler {
	t.Helper()
	c, err := expr.NewCompiler(func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	const data = `{"n":5,"f":1.5,"s":"abc","yes":true,"none":null,"list":[1,2],"deep":{"er":{"x":1}},"big":9007199254740993,"json":"{\"a\":1}","at":"2024-06-01T12:00:00+02:00"}`
	compiler, event := newCompiler(t), document(`{"name":"go","id":"e1","ts":1700000000000,"user":{},"data":`+data+`}`)
	for expression, want := range map[string]bool{
		`event.name == "go"`:                                           true,
		`event.data.n == 5`:                                            true,
		`event.data.n == 5.0`:                                          true,
		`event.data.n + 1.0 == 6.0`:                                    true,
		`event.data.n + 1 == 6`:                                        false,
		`int(event.data.n) + 1 == 6`:                                   true,
		`event.data.n > event.data.f`:                                  true,
		`event.data.big == 9007199254740993`:                           true,
		`event.data.s.startsWith("ab")`:                                true,
		`uppercase(event.data.s) == "ABC"`:                             true,
		`lowercase("ABC") == event.data.s`:                             true,
		`b64decode("eA==") == "x"`:                                     true,
		`b64decode("???") == ""`:                                       true,
		`json_parse(event.data.json).a == 1`:                           true,
		`json_parse(event.data.s).a == 1`:                              false,
		`date(event.data.at) > date("2024-01-01")`:                     true,
		`date(event.data.at) == date("Sat, 01 Jun 2024 10:00:00 GMT")`: true,
		`date(event.data.s) > date("2024-01-01")`:                      false,
		`now_minus("1h") < now() && now() < now_plus("1d")`:            true,
		`now_plus("soon") > now()`:                                     false,
		`event.data["s"] in ["abc", "x"]`:                              true,
		`2 in event.data.list`:                                         true,
		`event.data.list.exists(i, i > 1)`:                             true,
		`event.data.list.exists(i, i > 2)`:                             false,
		`event.data.list[0] == 1`:                                      true,
		`event.data.list[9] == 1`:                                      false,
		`event.data.deep.er.x == 1`:                                    true,
		`event.data.yes`:                                               true,
		`event.data.s`:                                                 false,
		`event.data.none == null`:                                      true,
		`event.data.missing == null`:                                   true,
		`event.data.missing != null`:                                   false,
		`event.data.missing.deeper == null`:                            true,
		`event.data.missing == "x"`:                                    false,
		`event.data.missing != "x"`:                                    true,
		`event.data.missing > 1`:                                       false,
		`event.data.missing < 1`:                                       true,
		`event.data.missing <= -1`:                                     true,
		`1 > event.data.missing`:                                       true,
		`!(event.data.missing > 1)`:                                    true,
		`event.data.none < 1`:                                          true,
		`event.data.none > 1`:                                          false,
		`event.data.none >= event.data.none`:                           false,
		`event.data.none > event.data.missing`:                         true,
		`event.data.missing > 1 || event.data.yes`:                     true,
		`event.data.missing == event.data.missing2`:                    false,
		`event.data.missing != event.data.missing2`:                    true,
		`event.data.missing <= event.data.missing2`:                    true,
		`event.data.missing + 1 == 1`:                                  true,
		`size(event.data.missing) == 0`:                                true,
		`event.data.missing.startsWith("a")`:                           false,
		`!event.data.missing.startsWith("a")`:                          true,
		`!(event.data.missing in ["a"])`:                               true,
		`!event.data.none.startsWith("a")`:                             false,
		`has(event.data.n)`:                                            true,
		`has(event.data.none)`:                                         true,
		`has(event.data.missing)`:                                      false,
		`!has(event.data.missing)`:                                     false,
		`has(event.data.missing) || event.data.yes`:                    true,
		`has(event.data.missing.deeper)`:                               false,
		`async.data.n == 5`:                                            false,
		`event.data.s + 1 == 2`:                                        false,
		`[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, [1,2,3,4,5,6,7,8,9].all(f, a+b+c+d+e+f > 0))))))`: false,
	} {
		x, err := compiler.Compile(expression)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := x.Matches(event, nil); got != want {
			t.Errorf("%s is %t, want %t", expression, got, want)
		}
	}
}
