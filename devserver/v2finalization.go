package devserver

import (
	"fmt"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// finalizations returns the spans of the calls that failed as a whole, and of
// the call that completed the run. The official server calls them Finalization.
func finalizations(run engine.Run, payloads bool) []v2Span {
	var spans []v2Span
	add := func(failures []engine.Failure) {
		id := fmt.Sprintf("%s-%d", run.ID, len(run.Steps)+len(spans))
		spans = append(spans, newFinalization(run, id, failures, payloads))
	}
	for left := run.Failures; len(left) > 0; {
		n := 1
		for n < len(left) && left[n].Attempt > left[n-1].Attempt {
			n++
		}
		add(left[:n])
		left = left[n:]
	}
	if run.Latest.Attempt == 0 && run.Status == engine.StatusCompleted && !run.Latest.Started.IsZero() {
		add(nil)
	}
	return spans
}

// newFinalization returns the span of one call, with its attempts if any of them
// failed.
func newFinalization(run engine.Run, id string, failures []engine.Failure, payloads bool) v2Span {
	span := v2Span{ID: id, Name: "Finalization", Status: "COMPLETED"}
	latest := run.Latest
	if len(failures) == 0 {
		span.QueuedAt = latest.Started.UTC()
		span.took(latest.Started, latest.Ended)
		if payloads {
			span.Output = v2Output(run)
		}
		return span
	}
	first, last := failures[0], failures[len(failures)-1]
	span.QueuedAt = first.Started.UTC()
	for _, f := range failures {
		span.addFailure(f.Attempt, f, payloads)
	}
	ended := last.Ended
	switch {
	case last.RetryAt.IsZero():
		span.Status = "FAILED"
	case latest.Attempt == last.Attempt+1 && !latest.Started.Before(last.Ended):
		ended = latest.Ended
		attempt := span.attempt(latest.Attempt, span.Status, latest.Started, ended)
		if payloads && run.Status == engine.StatusCompleted {
			attempt.Output = v2Output(run)
		}
		span.Children = append(span.Children, attempt)
	case latest.Attempt == last.Attempt && latest.Started.Equal(last.Started): // the retry has not started
		if span.Status, ended = v2Status(run.Status), run.Ended; ended.IsZero() {
			span.Status = "RUNNING"
		}
	}
	span.took(first.Started, ended)
	return span
}
