package engine

import (
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// The shapes of records. JSON from apps and requests is in []byte fields, which
// keep its exact bytes.

type appRecord struct {
	Name, URL, SDK, Framework string
	Functions                 [][]byte
	Events                    []wire.EventExample `json:",omitempty"`
	Synced                    time.Time
	Order                     int  // the order of its first function
	Endpoints                 bool `json:",omitempty"`
}

type eventRecord struct {
	ID, Name string
	Data     []byte
	User     []byte `json:",omitempty"`
	TS       int64
	Version  string `json:",omitempty"`
	Received time.Time
	Seq      uint64
	Runs     []string `json:",omitempty"`
	// The step that invoked a function by this event.
	InvokerRun, InvokerStep string `json:",omitempty"`
	// Forgotten means that the log has forgotten the event, but a run, a batch or
	// a debounce refers to it.
	Forgotten bool `json:",omitempty"`
}

type runRecord struct {
	Seq       uint64
	Function  string
	Gone      *functionRecord `json:",omitempty"`
	Events    []string
	Status    Status
	Output    []byte          `json:",omitempty"`
	Err       *wire.CallError `json:",omitempty"`
	Failures  []Failure       `json:",omitempty"`
	Latest    Try             `json:",omitzero"`
	Started   time.Time
	Begun     time.Time    `json:",omitzero"`
	Ended     time.Time    `json:",omitzero"`
	Parallel  bool         `json:",omitempty"`
	Discovery *callRecord  `json:",omitempty"`
	RerunOf   string       `json:",omitempty"`
	Input     *inputRecord `json:",omitempty"`
	Rank      time.Time
	Single    string    `json:",omitempty"`
	CancelAt  time.Time `json:",omitzero"`
	Calls     int
	LastGroup int
}

// functionRecord is a function that is no longer registered, in the record of its
// run.
type functionRecord struct {
	App, URL  string
	Config    []byte
	Endpoints bool `json:",omitempty"`
}

type callRecord struct {
	Attempt int
	Next    time.Time `json:",omitzero"`
}

type inputRecord struct {
	Step  string
	Value []byte
}

type stepRecord struct {
	Place          int
	Name, Op       string
	Attempts       int
	Started, Ended time.Time       `json:",omitzero"`
	Tried          time.Time       `json:",omitzero"`
	Err            *wire.StepError `json:",omitempty"`
	Failures       []Failure       `json:",omitempty"`
	Awaits         *Awaits         `json:",omitempty"`
	Pending        *pendingRecord  `json:",omitempty"`
}

type pendingRecord struct {
	Op     string
	Race   bool `json:",omitempty"`
	Group  int
	Signal string `json:",omitempty"`
	Name   string
	Index  int         `json:",omitempty"`
	Opts   []byte      `json:",omitempty"`
	Call   *callRecord `json:",omitempty"`
}

// deferredRecord holds the events of a batch or a debounce, which will start a run.
type deferredRecord struct {
	Function string
	Events   []string
	Began    time.Time `json:",omitzero"`
	Ends     time.Time
}
