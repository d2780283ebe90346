package wire

import "encoding/json"

// Event is an event as it travels (SDK specification 1.3.4). Data and User
// keep their exact bytes.
type Event struct {
	ID      string          `json:"id,omitempty"`
	Name    string          `json:"name"`
	Data    json.RawMessage `json:"data,omitempty"`
	User    json.RawMessage `json:"user,omitempty"`
	TS      int64           `json:"ts,omitempty"`
	Version string          `json:"v,omitempty"`
}

// SendReply is the event API's answer.
type SendReply struct {
	IDs    []string `json:"ids"`
	Status int      `json:"status"`
	Error  string   `json:"error,omitempty"`
}

// Names of the events that a server sends itself.
const (
	EventFunctionFailed    = "inngest/function.failed"
	EventFunctionFinished  = "inngest/function.finished"
	EventFunctionCancelled = "inngest/function.cancelled"
	EventFunctionInvoked   = "inngest/function.invoked"
	EventCronTick          = "inngest/scheduled.timer"

	// SystemEventPrefix begins the name of every event that a server sends.
	SystemEventPrefix = "inngest/"
)

// Limits of the event API (Inngest's published usage limits).
const (
	MaxEventBytes    = 512 << 10
	MaxRequestBytes  = 3 << 20
	MaxRequestEvents = 5000
)
