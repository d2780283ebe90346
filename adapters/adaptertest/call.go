package adaptertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/inngestkit/inngestkit/internal/wire"
)

func testCall(t *testing.T, a Adapter) {
	k := newKit(t, a, nil, nil)
	o := order{ID: "o-1"}

	first := k.call("charge", callBody(t, o, nil))
	equal(t, "status of the first call", first.status, http.StatusPartialContent)
	ops := parse[[]wire.Op](t, first.body)
	if len(ops) != 1 {
		t.Fatalf("the first call reports %d op codes, want 1: %s", len(ops), first.body)
	}
	step := wire.HashStepID("charge", 0)
	equal(t, "id of the step", ops[0].ID, step)
	equal(t, "framework header", first.header.Get(wire.HeaderFramework), a.Framework)

	second := k.call("charge", callBody(t, o, map[string]json.RawMessage{step: json.RawMessage(`{"data":"o-1"}`)}))
	equal(t, "status of the second call", second.status, http.StatusOK)
	equal(t, "result", parse[string](t, second.body), "charged o-1")
	equal(t, "content type", second.header.Get("Content-Type"), "application/json")
}

func testConcurrency(t *testing.T, a Adapter) {
	const calls = 200
	k := newKit(t, a, nil, nil)
	replies := make([]reply, calls)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() { replies[i] = k.call("note", callBody(t, order{ID: "o", Note: fmt.Sprint("note ", i)}, nil)) })
	}
	wg.Wait()
	for i, r := range replies {
		if want := fmt.Sprintf("%q", fmt.Sprint("note ", i)); r.status != http.StatusOK || r.body != want {
			t.Errorf("call %d was answered %d %s, want 200 %s", i, r.status, r.body, want)
		}
	}
}
