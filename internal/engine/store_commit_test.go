package engine_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// heldStore is a store whose commits wait until a test lets them through.
type heldStore struct {
	*shelf
	pass chan struct{} // closed to let all commits through
	next chan struct{} // receives once for each commit to let through
}

func newHeldStore() *heldStore {
	return &heldStore{shelf: newShelf(), pass: make(chan struct{}), next: make(chan struct{})}
}

func (s *heldStore) Commit(writes []engine.Write) error {
	select {
	case <-s.next:
	case <-s.pass:
	}
	return s.shelf.Commit(writes)
}

// TestNothingLeavesBeforeItsCommit delays the commits of a store. It checks that the
// engine neither answers the request that caused a change nor calls the app before
// the store has the change: first the event and its run, then each step's result.
func TestNothingLeavesBeforeItsCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := newHeldStore()
		calls := 0
		e := must(engine.New(engine.Config{
			Clock: engine.NewVirtualClock(start), Store: store,
			Transport: engine.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(wire.HeaderSDK, "test:v1")
				if calls++; calls == 3 {
					_, _ = io.WriteString(w, `"done"`)
					return
				}
				w.WriteHeader(http.StatusPartialContent)
				fmt.Fprintf(w, `[{"id":"step %d","op":"StepRun","data":"result %d"}]`, calls, calls)
			})),
		}))
		defer e.Close()
		defer close(store.pass)
		answered := 0
		answer := func(request func() error) {
			go func() {
				if err := request(); err != nil {
					t.Error(err)
				}
				answered++
			}()
		}
		expect := func(wantAnswered, wantCalls int, recorded string) {
			t.Helper()
			synctest.Wait()
			if answered != wantAnswered || calls != wantCalls {
				t.Fatalf("%d requests answered and %d calls made, want %d and %d", answered, calls, wantAnswered, wantCalls)
			}
			store.mu.Lock()
			defer store.mu.Unlock()
			for key, value := range store.records {
				if strings.Contains(key+" "+string(value), recorded) {
					return
				}
			}
			if recorded != "" {
				t.Fatalf("the store has no record that contains %q", recorded)
			}
		}
		commit := func() { store.next <- struct{}{} }

		answer(func() error { _, err := e.Register(rawApp("shop-raw", `[{"event":"go"}]`)); return err })
		expect(0, 0, "")
		commit()
		expect(1, 0, "app/shop")

		answer(func() error { _, err := e.Send("", wire.Event{Name: "go"}); return err })
		expect(1, 0, "")
		commit() // the event and its run
		expect(2, 1, "event/")
		commit() // the first step's result
		expect(2, 2, "result 1")
		commit()
		expect(2, 3, "result 2")
		commit()
		expect(2, 3, `"Status":"Completed"`)
	})
}
