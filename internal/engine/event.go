package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine/expr"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// event is an event that has been accepted. Only runs changes.
type event struct {
	wire.Event
	raw        json.RawMessage // as apps see it
	internalID string
	receivedAt time.Time
	seq        uint64
	runs       []string // ids
	invoker    *pending // the step that made it to invoke a function
	decoded    any
	holders    int  // runs, batches and the like that remember it
	forgotten  bool // by the log
}

// Document implements expr.Event.
func (ev *event) Document() any {
	if ev.decoded == nil {
		ev.decoded = expr.Decode(ev.raw)
	}
	return ev.decoded
}

// seal fixes the bytes that apps see.
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

// internal reports whether the engine sent the event itself.
func (ev *event) internal() bool { return strings.HasPrefix(ev.Name, wire.SystemEventPrefix) }
