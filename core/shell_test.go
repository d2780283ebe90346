package inngestkit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

type (
	line struct {
		Price float64 `json:"price" validate:"gt=0"`
	}
	basketData struct {
		Items []line `json:"items" validate:"min=1,dive"`
	}
	basketInput = inngestgo.Input[basketData]
)

var basketFilled = inngestkit.DefineEvent[basketData]("test/order.basket")

// count answers with the number of items in each event.
func count(_ context.Context, in basketInput) (any, error) {
	counts := []int{len(in.Event.Data.Items)}
	for _, ev := range in.Events {
		counts = append(counts, len(ev.Data.Items))
	}
	return counts, nil
}

func basket(data string) string { return fmt.Sprintf(`{"name":"test/order.basket","data":%s}`, data) }

var (
	valid   = basket(`{"items":[{"price":1}]}`)
	invalid = basket(`{"items":[{"price":1},{"price":-8675309}]}`)
	unfit   = basket(`{"items":[{"price":1},{"price":"leet"}]}`)
)

// all makes a batch; its first event is the run's.
func all(events ...string) callOf { return callOf{event: events[0], events: events} }

func TestReceive(t *testing.T) {
	t.Parallel()
	const (
		fail = inngestkit.InvalidFail
		warn = inngestkit.InvalidWarn
		skip = inngestkit.InvalidSkip
	)
	for name, c := range map[string]struct {
		policy inngestkit.InvalidPolicy
		call   callOf
		output string // or
		fields string
	}{
		"valid":                         {fail, all(valid), `[1,1]`, ""},
		"batch":                         {fail, all(valid, valid), `[1,1,1]`, ""},
		"no batch":                      {fail, callOf{event: valid, events: []string{}}, `[1]`, ""},
		"batch written in another way":  {fail, callOf{event: valid, events: []string{" " + valid}}, `[1,1]`, ""},
		"invalid":                       {fail, all(invalid), "", "items[1].price"},
		"invalid in a batch":            {fail, all(valid, invalid), "", "events[1].items[1].price"},
		"several invalid":               {fail, all(invalid, valid, basket(`{}`)), "", "events[0].items[1].price: must be greater than 0; events[2].items"},
		"invalid event beside its copy": {fail, callOf{event: invalid, events: []string{" " + invalid}}, "", "validation failed: items[1].price: must be greater than 0"},
		"wrong type":                    {fail, all(unfit), "", "items[1].price: must be a number"},
		"wrong type in a batch":         {fail, all(valid, unfit), "", "events[1].items[1].price: must be a number"},
		"data is an array":              {fail, all(basket(`[]`)), "", "must be an object"},
		"data is text":                  {fail, all(basket(`"secret-8675309"`)), "", "must be an object"},
		"data is null":                  {fail, all(basket(`null`)), "", "items"},
		"no data":                       {fail, all(`{"name":"test/order.basket"}`), "", "items"},
		"no name":                       {fail, all(`{"data":{"items":[{"price":1}]}}`), "", "the event has no name"},
		"time is text":                  {fail, all(`{"name":"test/order.basket","ts":"8675309","data":{"items":[{"price":1}]}}`), "", "ts: must be an integer"},
		"invoked":                       {fail, all(`{"name":"inngest/function.invoked","data":{"items":[{"price":1}]}}`), `[1,1]`, ""},
		"invoked with invalid data":     {fail, all(`{"name":"inngest/function.invoked","data":{"items":[{"price":-8675309}]}}`), "", "items[0].price"},
		"tick":                          {fail, all(`{"name":"inngest/scheduled.timer","data":{"cron":"* * * * *"}}`), `[0,0]`, ""},
		"system event":                  {fail, all(`{"name":"inngest/function.finished","data":{"result":8675309}}`), `[0,0]`, ""},
		"event without a definition":    {fail, all(`{"name":"test/undefined","data":{"items":[]}}`), "", "items"},
		"warn":                          {warn, all(invalid), `[2,2]`, ""},
		"warn in a batch":               {warn, all(valid, invalid), `[1,1,2]`, ""},
		"warn about a wrong type":       {warn, all(unfit), "", "items[1].price"},
		"skip":                          {skip, all(invalid), `null`, ""},
		"skip a wrong type":             {skip, all(unfit), `null`, ""},
		"skip in a batch":               {skip, all(invalid, valid, unfit), `[1,1]`, ""},
		"skip a whole batch":            {skip, all(invalid, unfit), `null`, ""},
		"skip an event beside its copy": {skip, callOf{event: invalid, events: []string{" " + valid}}, `null`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHook(t, inngestkit.Config{}, inngestkit.NewFunction(opts("fn"), basketFilled.Trigger(), count, inngestkit.WithOnInvalid(c.policy)))
			w := h.call(t, c.call)
			if c.fields == "" {
				wantOutput(t, w, c.output)
			} else if e := wantFailure(t, w, http.StatusBadRequest, "ValidationError", false); !strings.Contains(e.Message, c.fields) {
				t.Errorf("%q does not name %q", e.Message, c.fields)
			}
			for _, value := range []string{"8675309", "leet"} {
				if strings.Contains(w.Body.String()+h.log.String(), value) {
					t.Errorf("a value is quoted in %s or in\n%s", w.Body, h.log)
				}
			}
			if c.policy != fail && c.fields == "" && !strings.Contains(h.log.String(), "items[1].price") {
				t.Errorf("the field is not logged:\n%s", h.log)
			}
		})
	}
}

func TestWildcardEventsAreValidatedByTheirOwnDefinition(t *testing.T) {
	t.Parallel()
	h := newHook(t, inngestkit.Config{Events: []inngestkit.Definition{basketFilled, orderCreated}},
		inngestkit.NewFunction(opts("fn"), anyOrder.Trigger(), func(_ context.Context, in input) (any, error) { return in.Event.Name, nil }))
	wantOutput(t, h.call(t, all(valid)), `"test/order.basket"`)
	wantOutput(t, h.call(t, all(`{"name":"test/order.unknown","data":{"items":"any"}}`)), `"test/order.unknown"`)
	for event, field := range map[string]string{
		invalid: "items[1].price: must be greater",
		unfit:   "items[1].price: must be a number",
		`{"name":"test/order.created","data":{"total":3}}`: "orderId",
		`{"name":"test/order.created","data":[]}`:          "must be an object",
	} {
		if e := wantFailure(t, h.call(t, all(event)), http.StatusBadRequest, "ValidationError", false); !strings.Contains(e.Message, field) {
			t.Errorf("%q does not name %q", e.Message, field)
		}
	}
}

// A handler may read fewer fields, with another type: the event must then
// satisfy its definition and the handler's type.
func TestHandlerOfAnotherType(t *testing.T) {
	t.Parallel()
	type total struct {
		Total float64 `json:"total" validate:"lt=100"`
	}
	h := newHook(t, inngestkit.Config{}, inngestkit.NewFunction(opts("fn"), orderCreated.Trigger(),
		func(_ context.Context, in inngestgo.Input[total]) (any, error) { return in.Event.Data.Total, nil }))
	order := func(data string) callOf { return all(`{"name":"test/order.created","data":` + data + `}`) }
	wantOutput(t, h.call(t, order(`{"orderId":"o","total":3}`)), `3`)
	wantFailure(t, h.call(t, order(`{"total":3}`)), http.StatusBadRequest, "ValidationError", false)
	wantFailure(t, h.call(t, order(`{"orderId":"o","total":300}`)), http.StatusBadRequest, "ValidationError", false)
}

func TestInputIsComplete(t *testing.T) {
	t.Parallel()
	var got inngestgo.Input[basketData]
	h := newHook(t, inngestkit.Config{}, inngestkit.NewFunction(opts("fn"), basketFilled.Trigger(), func(_ context.Context, in basketInput) (any, error) {
		got = in
		return "done", nil
	}))
	event := `{"id":"e-1","name":"test/order.basket","data":{"items":[{"price":1}]},"user":{"external_id":"u"},"ts":7,"v":"1"}`
	call := all(event, valid)
	call.ctx = map[string]any{"attempt": 2}
	wantOutput(t, h.call(t, call), `"done"`)
	data := basketData{Items: []line{{Price: 1}}}
	want := basketInput{
		Event: inngestgo.GenericEvent[basketData]{
			ID: new("e-1"), Name: "test/order.basket", Data: data,
			User: map[string]any{"external_id": "u"}, Timestamp: 7, Version: "1",
		},
	}
	want.Events = []inngestgo.GenericEvent[basketData]{want.Event, {Name: "test/order.basket", Data: data}}
	want.InputCtx = got.InputCtx
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got.InputCtx.RunID != "run-1" || got.InputCtx.Attempt != 2 {
		t.Errorf("its context is %+v", got.InputCtx)
	}
}

func FuzzReceive(f *testing.F) {
	for _, event := range []string{valid, invalid, unfit, basket("null"), basket("[]"), "{}", "null", "[", `{"name":7}`} {
		f.Add([]byte(`{"event":` + event + `,"events":[` + event + `],"steps":{},"ctx":{"run_id":"r","fn_id":"5d5f3bd0-0000-4000-8000-000000000000"}}`))
	}
	f.Add([]byte(`{"events":[` + valid + `],"event":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		ran := false
		h := newHook(t, inngestkit.Config{}, inngestkit.NewFunction(opts("fn"), basketFilled.Trigger(), func(_ context.Context, in basketInput) (any, error) {
			ran = true
			for _, ev := range append(in.Events, in.Event) {
				if err := basketFilled.Validate(ev.Data); err != nil && !strings.HasPrefix(ev.Name, "inngest/") {
					t.Errorf("%v, in %s", err, body)
				}
			}
			return "done", nil
		}))
		r := callOf{}.request(t.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		w := h.serve(r)
		if w.Code/100 == 2 && !ran {
			t.Errorf("answered %d %s to %s without running the function", w.Code, w.Body, body)
		}
	})
}

// noteData has JSON in a text.
type noteData struct {
	Note innerJSON `json:"note"`
}

type innerJSON map[string]any

func (j *innerJSON) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), (*map[string]any)(j))
}

// A field's own method may find its JSON wrong where the event is right: that
// is the field's mistake, not the body's.
func TestSyntaxErrorsOfAFieldNameIt(t *testing.T) {
	t.Parallel()
	noted := inngestkit.DefineEvent[noteData]("test/noted")
	h := newSender(t, &eventAPI{}, inngestkit.Config{}, inngestkit.NewFunction(opts("fn"), noted.Trigger(),
		func(_ context.Context, in inngestgo.Input[noteData]) (any, error) {
			return len(in.Event.Data.Note), nil
		}))
	wantOutput(t, h.call(t, all(`{"name":"test/noted","data":{"note":"{\"a\":1}"}}`)), "1")
	e := wantFailure(t, h.call(t, all(`{"name":"test/noted","data":{"note":"{\"a\""}}`)), http.StatusBadRequest, "ValidationError", false)
	if !strings.Contains(e.Message, "note: ") {
		t.Errorf("%q does not name the field", e.Message)
	}
	_, err := h.app.Sender().Send(t.Context(), untyped("test/noted", map[string]any{"note": "{"}))
	if diff := cmp.Diff([]string{"note:type"}, brokenFields(t, err)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
