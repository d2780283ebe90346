package inngesttest

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Where the app believes itself and Inngest to be. The transport between them
// never opens a connection.
const (
	defaultPath = "/api/inngest"
	appURL      = "http://app.test"
	inngestURL  = "http://inngest.test"
)

// Keys of an app that needs them and has none.
const (
	testSigningKey = "signkey-test-696e6e67657374746573742d6b6579"
	testEventKey   = "inngesttest"
)

// Env is an app under test and the Inngest that calls it. Make one with New,
// for each test its own. Its methods belong to the test's goroutine, except
// Handler and what it serves.
type Env struct {
	t      testing.TB
	app    *inngestkit.App
	cfg    Config
	wired  seam.App
	engine *engine.Engine
	clock  clock
	id     int64 // among all of the process
	alone  alone
	start  time.Time
	real   *realServer // nil unless there is a server of its own
	closed bool
	ended  bool // by the end of the test
	// made is where New was called in a bubble, whose cleanups testing places
	// in its own code.
	made *site
	// blocked is set when the functions did not come to rest.
	blocked bool
	// attempts are the runs of RunAttempt.
	attempts []*Run

	mu         sync.Mutex
	handler    http.Handler // what calls go to
	path       string
	mounted    bool                 // handler is the test's own
	outside    http.RoundTripper    // to a server, in place of handler
	runs       map[string]*Run      // all that began, by id
	began      []*Run               // the same, in that order
	calls      map[string]*delivery // in flight, by request id
	mocks      []*Mock
	faults     []*Fault
	sent       []*sentEvent
	posted     []wire.Event      // that came to the engine
	waits      []engine.StepCall // begun, and not yet looked at
	deliverAll bool
	deliver    map[string]*site // by name of event, where the test said so
	order      StepOrder
	chance     *rand.Rand // draws the orders, if they are random
	stop       *stopAt
	storing    []storedStep // for the run that begins next
	problems   []string     // found by checks, not yet reported
	reported   map[string]bool
}

// begin takes the app over, and registers it with the engine.
func (e *Env) begin() {
	e.t.Helper()
	e.enter()
	if e.real == nil {
		e.newClock()
	}
	if e.clock != nil && e.clock.bubble() {
		e.made = userSite()
	}
	wired, err := seam.Use().Rewire(e.app, seam.Wiring{
		Transport: api{e}, BaseURL: inngestURL, Dev: e.real != nil,
		SigningKey: testSigningKey, EventKey: testEventKey,
		Logger: slog.New(slog.NewTextHandler(e.t.Output(), nil)),
	})
	if err != nil {
		e.t.Fatalf("inngesttest: %v; make an app for each test, in a function such as newApp(t)", err)
	}
	e.wired = wired
	e.handler, e.path = e.app.Handler(), defaultPath
	e.t.Cleanup(func() {
		e.t.Helper()
		e.Close()
		e.ended = true
	})
	e.startOrder()
	if e.real != nil {
		e.real.begin()
		return
	}
	e.engine, err = engine.New(engine.Config{
		Clock: e.clock, Transport: webhook{e}, Workers: 1, LetLastStepEnd: true,
		Keep: math.MaxInt, KeepBytes: math.MaxInt, // as the Env itself does
		Hooks: engine.Hooks{Run: e.onRun, Call: e.onCall, Mock: e.onMock, Stop: e.onStop, Order: e.onOrder},
	})
	if err == nil {
		err = e.app.Sync(context.Background(), appURL+e.path)
	}
	if err != nil {
		e.t.Fatalf("inngesttest: the functions cannot be registered:\n%v", err)
	}
}

// Close ends the test of the app, as the end of the test itself does: the
// checks are made, and the app is its own again. Write it where one test goes
// through many environments, as a benchmark does.
func (e *Env) Close() {
	e.t.Helper()
	if e.closed {
		return
	}
	e.closed = true
	if e.engine != nil && !e.t.Failed() {
		e.checkMocks()
		e.checkFaults()
		e.checkDeliver()
		e.checkRuns()
	}
	e.closeEngine()
	if e.real != nil {
		e.real.end()
	}
	if !e.t.Failed() {
		e.checkGoroutines()
	}
	e.report()
	e.leave()
	if !e.blocked { // else the app is still in use
		e.wired.Restore()
	}
}

// needsOpen keeps the app from sending what a test has left behind to where it
// sends outside of tests, and an Env out of a bubble that it is not of.
func (e *Env) needsOpen() {
	e.t.Helper()
	const closed = "inngesttest: this Env has been closed, by Close or by the end of its test; make one in each test, with inngesttest.New(t, …)"
	switch {
	case e.ended: // and its test can no longer be failed
		panic(closed)
	case e.closed:
		e.t.Fatal(closed)
	case e.clock != nil && !e.clock.bubble() && inBubble():
		e.t.Fatal("inngesttest: this Env was made outside of the bubble of testing/synctest in which it is used; call inngesttest.New inside synctest.Test, with its t")
	}
}

// closeEngine ends the calls that run and waits for them, unless one has shown
// that it does not end.
func (e *Env) closeEngine() {
	switch {
	case e.engine == nil:
	case e.blocked:
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = e.engine.Shutdown(ctx) // it says that it did not wait
	default:
		_ = e.engine.Close()
	}
}

// App is the app under test; the one that New made for functions, too.
func (e *Env) App() *inngestkit.App { return e.app }

// Now is what the clock of the test shows.
func (e *Env) Now() time.Time {
	if e.clock == nil {
		return time.Now()
	}
	return e.clock.Now()
}

// Elapsed is the time that has passed on the clock of the test.
func (e *Env) Elapsed() time.Duration { return e.Now().Sub(e.start) }

// onRun is told of each run that begins. Hooks run with the engine's lock
// held: they take e.mu, and never the other way round.
func (e *Env) onRun(id, function string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.add(id, function)
}

func (e *Env) add(id, function string) *Run {
	run := &Run{env: e, id: id, function: function, trail: newTrail()}
	run.keepStored(e.storing)
	e.storing = nil
	e.runs[id] = run
	e.began = append(e.began, run)
	return run
}

// checks reports whether a check is on.
func (e *Env) checks(c Check) bool { return e.cfg.SkipChecks&c == 0 }

// problemf notes what a check has found. Each is reported once.
func (e *Env) problemf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Contains(e.problems, text) && !e.reported[text] {
		e.problems = append(e.problems, text)
	}
}

// report fails the test with what checks have found. Problems come up in
// other goroutines; this is the test's own.
func (e *Env) report() {
	e.t.Helper()
	e.mu.Lock()
	problems := e.problems
	e.problems = nil
	for _, p := range problems {
		if e.reported == nil {
			e.reported = map[string]bool{}
		}
		e.reported[p] = true
	}
	e.mu.Unlock()
	of := ""
	if e.closed && e.made != nil {
		of = fmt.Sprintf("\n\tThe Env was made at %s.", e.made)
	}
	for _, p := range problems {
		e.t.Errorf("inngesttest: %s%s", p, of)
	}
}
