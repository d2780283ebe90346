package inngestkit_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

type deposited struct {
	Amount int `json:"amount" validate:"gt=0"`
}

var moneyDeposited = inngestkit.DefineEvent[deposited]("money/deposited")

// A wildcard's events are validated by their own definitions, which no app
// lists.
func TestWildcardValidatesByTheEventsOwnName(t *testing.T) {
	t.Parallel()
	var got []string
	wild := inngestkit.DefineEvent[map[string]any]("money/*")
	h := newHook(t, inngestkit.Config{}, inngestkit.NewFunction(opts("fn"), wild.Trigger(),
		func(_ context.Context, in inngestgo.Input[map[string]any]) (any, error) {
			ev, ok, err := moneyDeposited.Decode(in.Event)
			if ok && err == nil {
				got = append(got, ev.Name+" "+string(rune('0'+ev.Data.Amount)))
			}
			return ok, err
		}))
	e := wantFailure(t, h.call(t, callOf{event: `{"name":"money/deposited","data":{"amount":-1}}`}), http.StatusBadRequest, "ValidationError", false)
	if !strings.Contains(e.Message, "event money/deposited: ") || !strings.Contains(e.Message, "amount") {
		t.Errorf("the message is %q", e.Message)
	}
	wantOutput(t, h.call(t, callOf{event: `{"name":"money/deposited","data":{"amount":7}}`}), "true")
	wantOutput(t, h.call(t, callOf{event: `{"name":"money/withdrawn","data":{"amount":-1}}`}), "false")
	if len(got) != 1 || got[0] != "money/deposited 7" {
		t.Errorf("decoded %q", got)
	}
}

func TestDecodeOfAnEvent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event inngestkit.Event
		ok    bool
		err   string
	}{
		"fits":              {inngestgo.Event{Name: "money/deposited", Data: map[string]any{"amount": 3}}, true, ""},
		"typed":             {moneyDeposited.New(deposited{3}), true, ""},
		"of another name":   {inngestgo.Event{Name: "money/withdrawn", Data: map[string]any{"amount": 3}}, false, ""},
		"breaks a rule":     {inngestgo.Event{Name: "money/deposited", Data: map[string]any{"amount": 0}}, true, "amount"},
		"of another type":   {inngestgo.Event{Name: "money/deposited", Data: map[string]any{"amount": "secret-13"}}, true, "amount"},
		"nil":               {nil, false, ""},
		"that is no object": {inngestgo.GenericEvent[[]int]{Name: "money/deposited", Data: []int{1}}, false, ""},
	} {
		ev, ok, err := moneyDeposited.Decode(c.event)
		if ok != c.ok || (err != nil) != (c.err != "") || err != nil && (!strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "13")) {
			t.Errorf("%s: %+v, %t, %v", name, ev, ok, err)
		}
		if c.ok && c.err == "" && ev.Data.Amount != 3 {
			t.Errorf("%s: the amount is %d", name, ev.Data.Amount)
		}
	}
}

func TestFunctionOfAnEventType(t *testing.T) {
	t.Parallel()
	handler := func(_ context.Context, in inngestgo.Input[deposited]) (any, error) { return in.Event.Data.Amount, nil }
	f := moneyDeposited.Function(opts("fn"), handler, inngestkit.WithIf("event.data.amount > 5"), inngestkit.WithIf("event.data.amount < 9"))
	triggers := f.Triggers()
	if len(triggers) != 1 || triggers[0].Event != "money/deposited" || triggers[0].Expression == nil ||
		*triggers[0].Expression != "(event.data.amount > 5) && (event.data.amount < 9)" {
		t.Errorf("the triggers are %+v", triggers)
	}
	h := newHook(t, inngestkit.Config{}, f)
	wantOutput(t, h.call(t, callOf{event: `{"name":"money/deposited","data":{"amount":7}}`}), "7")

	err := newHook(t, inngestkit.Config{}).app.Register(
		inngestkit.NewFunction(opts("if"), moneyDeposited.Trigger(), handler, inngestkit.WithIf("true")),
		moneyDeposited.Function(opts("empty"), handler, inngestkit.WithIf(" ")),
		moneyDeposited.Function(opts("nil"), nil),
	)
	wantMistakes(t, err, `WithIf of function "if"`, `the trigger of function "empty"`, `function "nil"`)
}

func TestHandlerThatFitsNoEvent(t *testing.T) {
	t.Parallel()
	type stranger struct {
		Colour string `json:"colour"`
	}
	type partial struct {
		Amount int    `json:"amount"`
		Note   string `json:"note" validate:"required"`
	}
	app := newHook(t, inngestkit.Config{})
	err := app.app.Register(inngestkit.NewFunction(opts("fn"), moneyDeposited.Trigger(),
		func(context.Context, inngestgo.Input[stranger]) (any, error) { return nil, nil }))
	wantMistakes(t, err, "shares no JSON field with inngestkit_test.deposited")
	err = app.app.Register(inngestkit.NewFunction(opts("fn"), moneyDeposited.Trigger(),
		func(context.Context, inngestgo.Input[partial]) (any, error) { return nil, nil }))
	if err != nil || !strings.Contains(app.log.String(), `requires \"note\"`) {
		t.Errorf("%v, and the log is\n%s", err, app.log)
	}
}

// nilPanics cannot be marshalled unset.
type nilPanics struct{ p *int }

func (n nilPanics) MarshalText() ([]byte, error) { return []byte{byte(*n.p)}, nil }

func (n *nilPanics) UnmarshalText([]byte) error { n.p = new(int); return nil }

func TestSyncSurvivesExamplesThatPanic(t *testing.T) {
	t.Parallel()
	type data struct {
		At nilPanics `json:"at"`
	}
	api := newInngestAPI(t, accept)
	h := newHook(t, inngestkit.Config{DevServerURL: api.URL, Events: []inngestkit.Definition{inngestkit.DefineEvent[data]("panics"), orderCreated}}, fn(one))
	if w := h.serve(put("/api/inngest")); w.Code != http.StatusOK {
		t.Fatalf("answered %d %s", w.Code, w.Body)
	}
	var sent wire.SyncRequest
	if err := json.Unmarshal(api.bodies[0], &sent); err != nil || len(sent.Events) != 1 || sent.Events[0].Name != orderCreated.Name() {
		t.Errorf("the examples are %+v, %v", sent.Events, err)
	}
}

// A map's values are checked as a struct is: its tags at set-up, its data at the
// border.
func TestMapOfStructs(t *testing.T) {
	t.Parallel()
	broken := inngestkit.DefineEvent[map[string]unknownRule]("maps/broken")
	_, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev, Events: []inngestkit.Definition{broken}})
	wantMistakes(t, err, `rule "emial" is not defined`)

	totals := inngestkit.DefineEvent[map[string]deposited]("maps/totals")
	if err := totals.Validate(map[string]deposited{"ada": {1}}); err != nil {
		t.Error(err)
	}
	if got := brokenFields(t, totals.Validate(map[string]deposited{"ada": {1}, "bob": {}})); len(got) != 1 || !strings.Contains(got[0], "bob") {
		t.Errorf("the broken fields are %q", got)
	}
}
