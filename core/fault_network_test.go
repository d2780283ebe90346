package inngestkit_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// faultyNetwork carries requests to an app, badly.
type faultyNetwork struct {
	address string
	client  *http.Client

	mu       sync.Mutex
	dice     *rand.Rand
	overtake chan struct{} // closed when the next request comes, if one waits

	delivered                         atomic.Int64 // requests that went to the app
	lost, delayed, doubled, cut, torn atomic.Int64
}

func newFaultyNetwork(t *testing.T, address string) *faultyNetwork {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &faultyNetwork{
		address: address, client: &http.Client{Transport: transport},
		dice: rand.New(rand.NewPCG(1, 2)),
	}
}

func (n *faultyNetwork) String() string {
	return fmt.Sprintf("%d lost, %d delayed, %d doubled, %d answers and %d requests cut off",
		n.lost.Load(), n.delayed.Load(), n.doubled.Load(), n.cut.Load(), n.torn.Load())
}

// often reports, for so many in a hundred, that a fault is due, and counts it.
func (n *faultyNetwork) often(percent int, count *atomic.Int64) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.dice.IntN(100) >= percent {
		return false
	}
	count.Add(1)
	return true
}

// pass lets the requests that wait go on, and returns when the next one comes.
func (n *faultyNetwork) pass() (next <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.overtake != nil {
		close(n.overtake)
	}
	n.overtake = make(chan struct{})
	return n.overtake
}

func (n *faultyNetwork) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || n.often(5, &n.lost) {
		panic(http.ErrAbortHandler) // on the way there
	}
	next := n.pass()
	if n.often(10, &n.delayed) {
		late, cancel := context.WithTimeout(r.Context(), 20*time.Millisecond)
		defer cancel()
		select {
		case <-next: // another has overtaken it
		case <-late.Done():
		}
	}
	if n.often(5, &n.torn) {
		body = body[:len(body)/2]
	}
	var again sync.WaitGroup
	defer again.Wait()
	if n.often(10, &n.doubled) {
		again.Go(func() { _, _ = n.deliver(r, body) })
	}
	answer, err := n.deliver(r, body)
	if err != nil || n.often(5, &n.lost) {
		panic(http.ErrAbortHandler) // on the way back
	}
	maps.Copy(w.Header(), answer.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
	w.WriteHeader(answer.status)
	if len(answer.body) > 0 && n.often(5, &n.cut) {
		_, _ = w.Write(answer.body[:len(answer.body)/2])
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(answer.body)
}

// carried is an answer of the app.
type carried struct {
	status int
	header http.Header
	body   []byte
}

func (n *faultyNetwork) deliver(r *http.Request, body []byte) (carried, error) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+n.address+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return carried{}, err
	}
	req.Header = r.Header.Clone()
	if r.Method == http.MethodPost {
		n.delivered.Add(1)
	}
	resp, err := n.client.Do(req)
	if err != nil {
		return carried{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	return carried{resp.StatusCode, resp.Header, answer}, err
}
