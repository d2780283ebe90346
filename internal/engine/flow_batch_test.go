package engine_test

import (
	"testing"
	"time"

	"github.com/inngest/inngestgo"
)

func batches(size int, change ...func(*inngestgo.ConfigBatchEvents)) inngestgo.FunctionOpts {
	b := &inngestgo.ConfigBatchEvents{MaxSize: size, Timeout: 10 * time.Second}
	for _, f := range change {
		f(b)
	}
	return inngestgo.FunctionOpts{BatchEvents: b}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	s := newStarter(t, batches(3))
	for _, n := range []string{"1", "2", "3", "4"} {
		s.send("go", `{"n":`+n+`}`)
		s.clock.Advance(time.Second)
	}
	s.want("123")
	s.send("go", `{"n":5}`)
	s.clock.Advance(9*time.Second - 1)
	s.want()
	s.clock.Advance(1) // ten seconds after the first event
	s.want("45")
	s.clock.Advance(time.Hour)
	s.want()
}

// TestBatchRun checks that each event of a batch refers to the run.
func TestBatchRun(t *testing.T) {
	t.Parallel()
	s := newStarter(t, batches(2))
	first, second := s.send("go", `{"n":1}`), s.send("go", `{"n":2}`)
	runs := s.runsOf(second)
	if len(runs) != 1 || len(s.runsOf(first)) != 1 || s.runsOf(first)[0] != runs[0] {
		t.Fatalf("the events started %v and %v, want one run", s.runsOf(first), runs)
	}
	r := s.end(runs[0])
	if len(r.Events) != 2 || r.Events[0].InternalID != first {
		t.Errorf("the run's events are %+v", r.Events)
	}
	s.want("12")
	s.end(must(s.Rerun(r.ID)))
	s.want("12")
}

func TestBatchKey(t *testing.T) {
	t.Parallel()
	key := "event.data.user"
	s := newStarter(t, batches(2, func(b *inngestgo.ConfigBatchEvents) { b.Key = &key }))
	for _, data := range []string{`{"n":1,"user":"a"}`, `{"n":2,"user":"b"}`, `{"n":3,"user":"a"}`, `{"n":4}`, `{"n":5}`} {
		s.send("go", data)
	}
	s.want("13", "45")
	s.clock.Advance(10 * time.Second)
	s.want("2")
}

// TestBatchIf checks that each event which fails the condition starts a run.
func TestBatchIf(t *testing.T) {
	t.Parallel()
	bulk := "event.data.bulk == true"
	s := newStarter(t, batches(2, func(b *inngestgo.ConfigBatchEvents) { b.If = &bulk }))
	for _, data := range []string{`{"n":1,"bulk":true}`, `{"n":2,"bulk":false}`, `{"n":3}`, `{"n":4,"bulk":true}`} {
		s.send("go", data)
	}
	s.want("2", "3", "14")
}
