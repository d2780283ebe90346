package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// event is an accepted event. Its content is immutable.
type event struct {
	wire.Event
	raw        json.RawMessage // as apps see it
	internalID string
	receivedAt time.Time
	seq        uint64
	runs       []string // ids of the runs that it started
	invoker    *pending // the step that invoked a function by it
	decoded    any
	holders    int  // number of runs, batches and debounces that refer to it
	forgotten  bool // no longer in the log
}

// Document implements expr.Event.
func (ev *event) Document() any {
	if ev.decoded == nil {
		ev.decoded = expr.Decode(ev.raw)
	}
	return ev.decoded
}

// seal encodes the event as apps see it.
func (ev *event) seal() {
	b := append(make([]byte, 0, len(ev.Data)+len(ev.User)+128), `{"data":`...)
	b = append(b, ev.Data...)
	b = append(b, `,"id":`...)
	b = appendString(b, ev.ID)
	b = append(b, `,"name":`...)
	b = appendString(b, ev.Name)
	b = fmt.Appendf(b, `,"ts":%d`, ev.TS)
	b = append(b, `,"user":`...)
	if len(ev.User) > 0 {
		b = append(b, ev.User...)
	} else {
		b = append(b, "{}"...)
	}
	if ev.Version != "" {
		b = appendString(append(b, `,"v":`...), ev.Version)
	}
	b = append(b, '}')
	ev.raw = b
}

// internal reports whether the engine made the event.
func (ev *event) internal() bool { return strings.HasPrefix(ev.Name, wire.SystemEventPrefix) }
