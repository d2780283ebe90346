package expr_test

import (
	"encoding/json"
	"strings"
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

// TestEmptyExpression checks that an empty expression matches every event, but has
// neither a key nor a number.
func TestEmptyExpression(t *testing.T) {
	t.Parallel()
	x, err := newCompiler(t).Compile(" \n")
	if err != nil {
		t.Fatal(err)
	}
	event := document(`{}`)
	if _, ok := x.Key(event); !x.IsEmpty() || !x.Matches(event, nil) || ok || x.Number(event) != 0 {
		t.Error("it is not empty")
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`event.data.(`:    `the expression "event.data.(" is not valid: character 12: Syntax error`,
		"evnt.a\n&& oops": `the expression "evnt.a\n&& oops" is not valid: character 1: undeclared reference to 'evnt' (in container ''); line 2, character 4: undeclared reference to 'oops' (in container '')`,
	} {
		_, err := newCompiler(t).Compile(source)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}

// TestCompileOnce checks that a compiler does not compile an expression again.
func TestCompileOnce(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts those of parallel tests too
	c := newCompiler(t)
	if n := testing.AllocsPerRun(10, func() {
		if _, err := c.Compile(`event.data.n == 5`); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("compiling a known expression takes %v allocations", n)
	}
}

func TestKeysAndNumbers(t *testing.T) {
	t.Parallel()
	c, event := newCompiler(t), document(`{"data":{"text":"a","n":1.5,"big":1e300,"yes":true,"no":false,"none":null,"list":[1,"b"],"object":{"b":1,"a":2}}}`)
	for source, want := range map[string]struct {
		key    string
		ok     bool
		number float64
	}{
		`event.data.text`:     {"a", true, 0},
		`event.data.n`:        {"1.5", true, 1.5},
		`event.data.big`:      {"1e+300", true, 1e300},
		`int(event.data.n)`:   {"1", true, 1},
		`uint(event.data.n)`:  {"1", true, 1},
		`event.data.yes`:      {"true", true, 0},
		`event.data.no`:       {"false", false, 0},
		`event.data.none`:     {"null", true, 0},
		`event.data.missing`:  {"false", false, 0},
		`event.data.text + 1`: {"false", false, 0},
		`event.data.list`:     {`[1,"b"]`, true, 0},
		`event.data.object`:   {`{"a":2,"b":1}`, true, 0},
		`now() == timestamp("2026-01-02T03:04:05Z")`: {"true", true, 0},
	} {
		x, err := c.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		if key, ok := x.Key(event); key != want.key || ok != want.ok || x.Number(event) != want.number {
			t.Errorf("%s has the key %q (%t) and the number %v, want %+v", source, key, ok, x.Number(event), want)
		}
	}
}

// TestRequires checks which field of the async event must have which value. Without one an
// index cannot help, and every expression must be evaluated.
func TestRequires(t *testing.T) {
	t.Parallel()
	c, event := newCompiler(t), document(`{"name":"go","data":{"n":5,"s":"x","list":[1]}}`)
	for source, want := range map[string]struct{ field, value string }{
		`async.data.n == event.data.n`:               {"data.n", "5"},
		`event.data.s == async.data.a.b`:             {"data.a.b", "sx"},
		`async.data.n == 5`:                          {"data.n", "5"},
		`async.data.n == 5u`:                         {"data.n", "5"},
		`async.data.n == 5.0 && async.data.m == 6`:   {"data.n", "5"},
		`async.data.n > 5 && true == async.data.yes`: {"data.yes", "true"},
		`async.data.n == event.data.missing`:         {"data.n", "null"},
		`async.data.n == null`:                       {},
		`async.data["n"] == "5"`:                     {"data.n", "s5"},
		`async.data.n == event`:                      {},
		`async == event.data.n`:                      {},
		`async.data.n == event.data.list`:            {},
		`async.data.n == async.data.m`:               {},
		`async.data.n == 5 || async.data.m == 6`:     {},
		`async.data.n != 5`:                          {},
		`event.data.n == 5`:                          {},
		`async.data.list[0] == 5`:                    {},
		`has(async.data.n) == true`:                  {},
		`true`:                                       {},
	} {
		x, err := c.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		field, value := x.Requires(event)
		if got := strings.Join(field, "."); got != want.field || value != want.value {
			t.Errorf("%s requires %q to be %q, want %q to be %q", source, got, value, want.field, want.value)
		}
	}
}
