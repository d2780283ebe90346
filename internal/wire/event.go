package wire

import (
	"encoding/json"
	"time"
)

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

// Names of the events that a server makes.
const (
	EventFunctionFailed    = "inngest/function.failed"
	EventFunctionFinished  = "inngest/function.finished"
	EventFunctionCancelled = "inngest/function.cancelled"
	EventFunctionInvoked   = "inngest/function.invoked"
	EventCronTick          = "inngest/scheduled.timer"

	// SystemEventPrefix begins the name of every event that a server makes.
	SystemEventPrefix = "inngest/"
)

// CronTick returns the data of an EventCronTick: the schedule, the time at which the
// tick was due, and the time at which it came, which jitter makes later. The times
// are in UTC and in whole seconds, as on the official server.
func CronTick(schedule string, due, came time.Time) json.RawMessage {
	raw, _ := json.Marshal(struct {
		Cron        string `json:"cron"`
		ScheduledAt string `json:"scheduledAt"`
		FireAt      string `json:"fireAt"`
	}{schedule, due.UTC().Format(time.RFC3339), came.UTC().Format(time.RFC3339)}) // strings always marshal
	return raw
}
