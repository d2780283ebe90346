package sdk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Request is a call to hand over to the SDK.
type Request struct {
	FunctionID string // the full id
	Target     string // the hashed id of the step to run, or empty
	RequestID  string
	JobID      string
	// Event and Events are the real events. Without them the SDK receives a
	// stub: it would pass each event through JSON several times.
	Event  json.RawMessage
	Events []json.RawMessage
	// Steps are the results of finished steps by hashed id. Restore hands
	// them over; the request holds placeholders.
	Steps map[string]json.RawMessage
	Ctx   json.RawMessage
}

// bodies are the buffers that requests are written to.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// ServeTo hands the call to the handler of a Client and returns when the SDK
// has answered on w.
func (r *Request) ServeTo(ctx context.Context, w http.ResponseWriter, handler http.Handler) {
	body := bodies.Get().(*[]byte) //nolint:forcetypeassert // there is nothing else in it
	*body = r.append((*body)[:0])
	handler.ServeHTTP(w, r.http(ctx, *body))
	bodies.Put(body) // the SDK has read it, and nobody else has seen it
}

func (r *Request) http(ctx context.Context, body []byte) *http.Request {
	query := url.Values{wire.QueryFunctionID: {r.FunctionID}}
	if r.Target != "" {
		query.Set(wire.QueryStepID, r.Target)
	}
	req := &http.Request{
		Method: http.MethodPost,
		URL:    &url.URL{Path: "/", RawQuery: query.Encode()},
		Header: http.Header{wire.HeaderRequestID: {r.RequestID}, wire.HeaderJobID: {r.JobID}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	return req.WithContext(ctx)
}

// stubEvents begins a body without the real events.
const stubEvents = `{"event":{"name":"inngestkit","data":{}},"events":[],"steps":{`

// placeholder stands for a step's result in the body of a request. An SDK that
// kept it, in place of the result that Restore hands over, fails the call
// instead of believing it: no step's type decodes it, as it is no object, its
// number is out of range, and its elements fit no one type. Only raw JSON takes
// it, which the trial calls and the canaries cover. It is short because the SDK
// reads it for each finished step.
var placeholder = []byte(`[1e999,""]`)

// ErrNotTaken means that the SDK did not take the results of a run's finished
// steps, so that the function cannot go on.
var ErrNotTaken = errors.New("the SDK did not take the results of the run's finished steps; pin " + Module + " to v" + Tested)

// IsPlaceholder reports whether raw, which the SDK returned as a result, is
// the placeholder for one.
func IsPlaceholder(raw json.RawMessage) bool { return bytes.Equal(raw, placeholder) }

func (r *Request) append(b []byte) []byte {
	if r.Event == nil && r.Events == nil {
		b = append(b, stubEvents...)
	} else {
		b = append(append(b, `{"event":`...), cmp.Or(string(r.Event), "null")...)
		b = append(b, `,"events":[`...)
		for i, event := range r.Events {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, event...)
		}
		b = append(b, `],"steps":{`...)
	}
	separator := ""
	for id := range r.Steps {
		b = appendPlaceholder(append(b, separator...), id)
		separator = ","
	}
	if differs.Load() {
		for id := range canaries {
			b = appendPlaceholder(append(b, separator...), id)
			separator = ","
		}
	}
	return append(append(append(b, `},"ctx":`...), r.Ctx...), '}')
}

func appendPlaceholder(b []byte, id string) []byte {
	b, _ = jsontext.AppendQuote(b, id) // text that is not UTF-8 is not a step's id
	return append(append(b, ':'), placeholder...)
}
