package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Status is where a run is, spelled as Inngest's REST API does.
type Status string

// The statuses of a run. The last three are final.
const (
	// StatusScheduled is a run that has made no call yet: a limit may hold it.
	StatusScheduled Status = "Scheduled"
	StatusRunning   Status = "Running"
	StatusCompleted Status = "Completed"
	StatusFailed    Status = "Failed"
	StatusCancelled Status = "Cancelled"
)

// Final reports whether a run has ended.
func (s Status) Final() bool { return s != StatusScheduled && s != StatusRunning }

// run is one run of a function. The engine's lock guards it.
type run struct {
	id       string
	seq      uint64 // counts runs in the order in which they started
	fn       *function
	events   []*event // the first is the one that started it
	status   Status
	output   json.RawMessage
	err      *wire.CallError
	failures []Failure // of calls as a whole
	started  time.Time
	begun    time.Time // when its first call was made
	latest   Try       // that was answered, of the calls that target no step
	ended    time.Time
	done     chan struct{} // closed at the end

	memos     []memo // finished steps in the order they finished; append only
	memoIndex index
	bytes     int // of memos
	pending   map[string]*pending
	parallel  bool // more than one step was reported at once
	// discovery is the call that targets no step; there is at most one.
	discovery  *call
	rediscover bool // something finished while discovery was in flight

	rerunOf string     // the run that this one repeats
	input   *stepInput // of the step that a rerun begins with

	rank      time.Time // by which its calls stand in line
	tolls     tolls
	slots     []*gate // that it holds from its first call to its end
	single    string  // its place among the singletons
	cancels   []*wait // for events that cancel it
	timeout   *item   // that cancels it
	calls     int
	steps     []*step // as they were first reported
	stepIndex index

	storedMemos int // that the store has
	lastGroup   int
}

// memo is a finished step as calls carry it.
type memo struct {
	id    string
	value json.RawMessage
}
