package inngesttest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// idle waits until all runs have ended, or until the server makes no more calls and
// no run waits for its next attempt.
func (s *realServer) idle() {
	s.env.t.Helper()
	var asked time.Time
	s.until(func(time.Duration) bool {
		if !s.quiet(realShort) || time.Since(asked) < realAsk {
			return false
		}
		asked = time.Now()
		runs := s.env.Runs()
		running := 0
		for _, r := range runs {
			if s.run(r).Status == Running {
				running++
			}
		}
		return len(runs) > 0 && running == 0 || s.quiet(realQuiet) && s.retries() == ""
	})
}

// until polls until done returns true. It fails the test after the IdleTimeout.
func (s *realServer) until(done func(waited time.Duration) bool) {
	s.env.t.Helper()
	tick := time.NewTicker(realPoll)
	defer tick.Stop()
	for start := time.Now(); !done(time.Since(start)); <-tick.C {
		if time.Since(start) > s.env.cfg.IdleTimeout {
			s.env.t.Fatalf("inngesttest: the server at %s did not become idle within %v%s", s.url, s.env.cfg.IdleTimeout, s.retries())
		}
	}
}

// retries names the functions of the runs that wait for their next attempt, unless
// the test retries them itself.
func (s *realServer) retries() string {
	if s.env.cfg.ManualRetries {
		return ""
	}
	var lines []string
	for _, r := range s.env.Runs() {
		s.mu.Lock()
		p := s.progress[r.id]
		if p != nil && p.retries() {
			lines = append(lines, fmt.Sprintf("\n\t%s waits for its next attempt, which takes real time: set a longer Config.IdleTimeout, or make the retry sooner", r.Function()))
		}
		s.mu.Unlock()
	}
	return strings.Join(slices.Compact(lines), "")
}

// run returns a run's state. A run may end without a call, such as when it is
// cancelled, so run asks the server about a run that has not ended.
func (s *realServer) run(r *Run) engine.Run {
	if s.seen(r).Status == Running {
		s.ask(r)
	}
	return s.seen(r)
}

// seen returns a run's state as far as its calls have shown it.
func (s *realServer) seen(r *Run) engine.Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.progress[r.id]
	if p == nil {
		return engine.Run{ID: r.id, Status: Running}
	}
	v := p.view
	v.Steps = slices.Clone(v.Steps)
	return v
}

// ask asks the server's REST API whether a run has ended. If the server does not
// answer, the state that the calls have shown remains.
func (s *realServer) ask(r *Run) {
	ctx, cancel := context.WithTimeout(context.Background(), realQuiet)
	defer cancel()
	raw, err := s.do(ctx, http.MethodGet, "/v1/runs/"+r.id, nil, nil)
	if err != nil {
		return
	}
	var reply struct {
		Data struct {
			Status  Status          `json:"status"`
			EndedAt time.Time       `json:"ended_at"`
			Output  json.RawMessage `json:"output"`
		} `json:"data"`
	}
	if json.Unmarshal(raw, &reply) != nil || !reply.Data.Status.Final() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.progress[r.id]
	if p == nil || p.view.Status != Running {
		return
	}
	p.end(reply.Data.Status, cmp.Or(reply.Data.EndedAt, time.Now()))
	p.view.Output = reply.Data.Output
	if p.view.Status == Failed {
		p.view.Error = cmp.Or(p.view.Error, callError(reply.Data.Output))
	}
}
