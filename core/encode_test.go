package inngestkit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// ownEvent embeds an event of inngestgo.
type ownEvent struct {
	inngestgo.GenericEvent[orderData]
}

// madeEvent makes one.
type madeEvent struct{ data orderData }

func (e madeEvent) Event() inngestgo.Event { return orderCreated.New(e.data).Event() }

// panicking cannot make one.
type panicking struct{}

func (panicking) Event() inngestgo.Event { panic("boom") }

type loud struct{}

func (loud) MarshalJSON() ([]byte, error) { return nil, errors.New("I don't like secret-13") }

type undefinedData struct {
	N int `json:"n" validate:"gt=0"`
}

func untyped(name string, data map[string]any) inngestgo.Event {
	return inngestgo.Event{Name: name, Data: data}
}

func TestEventsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	var missing *inngestgo.Event
	for name, c := range map[string]struct {
		event inngestkit.Event
		is    error
		text  string
	}{
		"nil":                  {nil, nil, "event 1 cannot be sent: the value is not an event"},
		"nil pointer":          {missing, nil, "the value is not an event"},
		"of another type":      {panicking{}, nil, "the value is not an event"},
		"without a name":       {untyped("", nil), inngestkit.ErrEventName, "the event's name is empty"},
		"name with a space":    {untyped("a b", nil), inngestkit.ErrEventName, `"a b"`},
		"wildcard":             {anyOrder.New(nil), inngestkit.ErrEventName, `"test/order.*"`},
		"name of the server's": {untyped("inngest/function.failed", nil), inngestkit.ErrEventName, "inngest/"},
		"time in seconds":      {inngestgo.Event{Name: "a", Timestamp: 1_800_000_000}, inngestkit.ErrEventTime, "milliseconds"},
		"zero time":            {orderCreated.New(orderData{"o", 1}, inngestkit.WithTime(time.Time{})), inngestkit.ErrEventTime, "between 1980 and 2100"},
		"long name":            {untyped(strings.Repeat("a", 256), nil), inngestkit.ErrEventName, ""},
		"too large":            {untyped("a", map[string]any{"x": strings.Repeat("x", 512<<10)}), inngestkit.ErrEventTooLarge, "512 KiB"},
		"an id taken":          {orderCreated.New(orderData{"o", 1}, inngestkit.WithID("order-id")), inngestkit.ErrEventDuplicate, "the id of an earlier event"},
		"NaN":                  {untyped("a", map[string]any{"secret-13": math.NaN()}), nil, "its data cannot be written as JSON: a number is NaN or infinite"},
		"channel":              {untyped("a", map[string]any{"x": make(chan int)}), nil, "it holds a chan int"},
		"own method":           {untyped("a", map[string]any{"x": loud{}}), nil, "the method of inngestkit_test.loud"},
		"user":                 {orderCreated.New(orderData{"o", 1}, inngestkit.WithUser(map[string]any{"x": make(chan int)})), nil, "its user cannot be written"},
		"list":                 {inngestgo.GenericEvent[[]int]{Name: "a", Data: []int{13}}, nil, "its data is not a JSON object"},
		"text":                 {inngestgo.GenericEvent[string]{Name: "a", Data: "secret-13"}, nil, "its data is not a JSON object"},
		"rules that can't be":  {inngestgo.GenericEvent[unknownRule]{Name: "a"}, nil, `rule "emial" is not defined`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &eventAPI{}
			ids, err := newSender(t, api, inngestkit.Config{}).app.Sender().Send(t.Context(), order("order-id"), c.event)
			bad, ok := errors.AsType[*inngestkit.EventError](err)
			if !ok || bad.Index != 1 || !strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), "13") {
				t.Errorf("got %v, want one with %q", err, c.text)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
			if len(ids) != 0 || len(api.sent) != 0 {
				t.Errorf("%v were sent", ids)
			}
			if p, ok := adapter.Problem(err); !ok || p.Status != http.StatusUnprocessableEntity {
				t.Errorf("its problem is %+v", p)
			}
		})
	}
}

// Bad data stops at the border: whatever form an event has, it is held to the
// rules that are known for it.
func TestEverythingSentIsValidated(t *testing.T) {
	t.Parallel()
	bad := orderData{Total: -13}
	for name, c := range map[string]struct {
		event inngestkit.Event
		want  []string
	}{
		"defined":                   {orderCreated.New(bad), []string{"orderId:required", "total:gt"}},
		"defined, by its literal":   {inngestgo.GenericEvent[orderData]{Name: "test/order.created", Data: bad}, []string{"orderId:required", "total:gt"}},
		"defined, by pointer":       {&inngestgo.GenericEvent[orderData]{Name: "test/order.created", Data: bad}, []string{"orderId:required", "total:gt"}},
		"defined, data by pointer":  {inngestgo.GenericEvent[*orderData]{Name: "test/order.created", Data: &bad}, []string{"orderId:required", "total:gt"}},
		"defined, data of any type": {inngestgo.GenericEvent[any]{Name: "test/order.created", Data: bad}, []string{"orderId:required", "total:gt"}},
		"defined, raw data":         {inngestgo.GenericEvent[json.RawMessage]{Name: "test/order.created", Data: json.RawMessage(`{"total":1}`)}, []string{"orderId:required"}},
		"untyped":                   {untyped("test/order.created", map[string]any{"orderId": "o", "total": -13}), []string{"total:gt"}},
		"untyped of another type":   {untyped("test/order.basket", map[string]any{"items": []any{map[string]any{"price": "13"}}}), []string{"items[0].price:type"}},
		"untyped without data":      {untyped("test/order.created", nil), []string{"orderId:required", "total:gt"}},
		"of another struct":         {inngestgo.GenericEvent[line]{Name: "test/order.created", Data: line{1}}, []string{"orderId:required", "total:gt"}},
		"own tag":                   {signedUp.New(signUp{"x"}), []string{"email:email"}},
		"own validator":             {painted.New(coloured{"blue"}), []string{"colour:colour"}},
		"undefined":                 {inngestgo.GenericEvent[undefinedData]{Name: "test/undefined"}, []string{"n:gt"}},
		"nil data":                  {inngestgo.GenericEvent[*undefinedData]{Name: "test/undefined"}, []string{":required"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &eventAPI{}
			h := newSender(t, api, inngestkit.Config{Events: []inngestkit.Definition{orderCreated, basketFilled}})
			_, err := h.app.Sender().Send(t.Context(), c.event)
			if diff := cmp.Diff(c.want, brokenFields(t, err)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if len(api.sent) != 0 {
				t.Error("it was sent")
			}
			if strings.Contains(fmt.Sprint(err), "13") {
				t.Errorf("%v quotes a value", err)
			}
			_, err = h.app.Sender().Send(t.Context(), goodOrder, c.event, c.event)
			if got := brokenFields(t, err); !strings.HasPrefix(got[0], "events[1]") || !strings.HasPrefix(got[len(got)-1], "events[2]") {
				t.Errorf("in a batch the fields are %q", got)
			}
		})
	}
}

func TestStrictKnowsEveryName(t *testing.T) {
	t.Parallel()
	h := newSender(t, &eventAPI{}, inngestkit.Config{Strict: true, Events: []inngestkit.Definition{orderCreated}})
	send := func(ev inngestkit.Event) error {
		_, err := h.app.Sender().Send(t.Context(), ev)
		return err
	}
	if err := errors.Join(send(untyped("test/order.created", map[string]any{"orderId": "o", "total": 1})), send(painted.New(coloured{"red"}))); err != nil {
		t.Error(err)
	}
	if err := send(untyped("test/ordr.created", nil)); !errors.Is(err, inngestkit.ErrEventUnknown) || !strings.Contains(err.Error(), "test/ordr.created") {
		t.Errorf("got %v", err)
	}
}

func TestProblem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		status int
	}{
		"invalid":     {orderCreated.Validate(orderData{}), http.StatusUnprocessableEntity},
		"syntax":      {json.Unmarshal([]byte("{"), &struct{}{}), http.StatusBadRequest},
		"unreachable": {fmt.Errorf("order: %w", &inngestkit.SendError{Retriable: true, Err: io.EOF}), http.StatusServiceUnavailable},
		"refused":     {&inngestkit.SendError{Status: 401}, http.StatusInternalServerError},
		"event":       {&inngestkit.EventError{Err: io.ErrUnexpectedEOF}, http.StatusUnprocessableEntity},
	} {
		if p, ok := adapter.Problem(c.err); !ok || p.Status != c.status {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestEventsOfOtherTypesAreSent(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(orderData) inngestkit.Event{
		"embeds":             func(d orderData) inngestkit.Event { return ownEvent{orderCreated.New(d)} },
		"embeds, by pointer": func(d orderData) inngestkit.Event { return &ownEvent{orderCreated.New(d)} },
		"makes":              func(d orderData) inngestkit.Event { return madeEvent{d} },
	} {
		api := &eventAPI{}
		sender := newSender(t, api, inngestkit.Config{Events: []inngestkit.Definition{orderCreated}}).app.Sender()
		if _, err := sender.Send(t.Context(), of(orderData{"o-1", 1})); err != nil || len(api.sent) != 1 || !strings.Contains(string(api.sent[0].events[0].Data), "o-1") {
			t.Errorf("%s: sent %v, %v", name, api.sent, err)
		}
		_, err := sender.Send(t.Context(), of(orderData{}))
		if len(brokenFields(t, err)) == 0 {
			t.Errorf("%s: an invalid one was sent", name)
		}
	}
}
