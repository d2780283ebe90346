package adaptertest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
)

// network connects servers and clients: over real sockets if it is nil, or else
// in memory, for bubbles of testing/synctest.
type network struct {
	mu        sync.Mutex
	listeners map[string]*listener // by address
}

// inBubble runs a test in a bubble of testing/synctest, where waiting takes no
// time.
func inBubble(t *testing.T, test func(*testing.T, *network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, &network{listeners: map[string]*listener{}}) })
}

// serve starts a server.
func (n *network) serve(h http.Handler) *httptest.Server {
	server := n.unstarted(h)
	server.Start()
	return server
}

func (n *network) unstarted(h http.Handler) *httptest.Server {
	if n == nil {
		return httptest.NewUnstartedServer(h)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &listener{name: fmt.Sprintf("server-%d.test:80", len(n.listeners)), accepted: make(chan net.Conn), closed: make(chan struct{})}
	n.listeners[l.name] = l
	return &httptest.Server{Listener: l, Config: &http.Server{Handler: h}} //nolint:gosec // a test's server, in memory
}

// transport returns a transport for one client.
func (n *network) transport() *http.Transport {
	if n == nil {
		return &http.Transport{}
	}
	return &http.Transport{DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
		n.mu.Lock()
		l := n.listeners[address]
		n.mu.Unlock()
		if l == nil {
			return nil, fmt.Errorf("no server has the address %s", address)
		}
		return l.dial(ctx)
	}}
}

// listener accepts connections in memory. It is also its address.
type listener struct {
	name     string
	accepted chan net.Conn
	closing  sync.Once
	closed   chan struct{}
}

func (l *listener) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.accepted <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accepted:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return l }

// Network implements net.Addr.
func (*listener) Network() string { return "memory" }

// String implements net.Addr.
func (l *listener) String() string { return l.name }
