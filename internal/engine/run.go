package engine

import (
	"encoding/json"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Status is the status of a run, as Inngest's REST API spells it.
type Status string

// The statuses of a run. The last three are final.
const (
	// StatusScheduled means that the run has made no call yet; a limit may hold
	// it.
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
	seq      uint64 // orders runs by their start
	fn       *function
	events   []*event // the first one started the run, or was first in its batch
	status   Status
	output   json.RawMessage
	err      *wire.CallError
	failures []Failure // of whole calls
	started  time.Time
	begun    time.Time // time of the first call
	latest   Try       // latest answered try of a call that targets no step
	ended    time.Time
	done     chan struct{} // closed at the run's end

	memos     []memo // finished steps in the order in which they finished; append only
	memoIndex index
	bytes     int // size of memos
	pending   map[string]*pending
	parallel  bool // the app once reported several steps together
	// discovery is the call that targets no step; there is at most one.
	discovery  *call
	rediscover bool // a step finished while discovery was in flight

	rerunOf string     // id of the run that this one repeats
	input   *stepInput // of the step with which a rerun begins

	rank      time.Time // orders its calls in the backlog
	tolls     tolls
	slots     []*gate // held from its first call to its end
	single    string  // its place among the singletons
	cancels   []*wait // waits for the events that cancel it
	timeout   *item   // cancels it
	calls     int
	steps     []*step // in the order of their first reports
	stepIndex index

	storedMemos int // number of memos in the store
	lastGroup   int
}

// memo is the result of a finished step, as calls carry it.
type memo struct {
	id    string
	value json.RawMessage
}
