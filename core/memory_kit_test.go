package inngestkit_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// memoryServer is an HTTP server without a network, so that its timeouts pass
// in a bubble's time.
type memoryServer struct {
	*http.Server

	client *http.Client
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// serveInMemory serves until the test ends. The function change, which may be
// nil, sets the server up.
func serveInMemory(t *testing.T, handler http.Handler, change func(*http.Server)) *memoryServer {
	t.Helper()
	s := &memoryServer{Server: &http.Server{Handler: handler}, conns: make(chan net.Conn), closed: make(chan struct{})}
	if change != nil {
		change(s.Server)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return s.dial(ctx) }}
	s.client = &http.Client{Transport: transport}
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(memoryListener{s}) }) // until it is closed
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = s.Close()
		serving.Wait()
	})
	return s
}

// dial connects to the server.
func (s *memoryServer) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case s.conns <- server:
		return client, nil
	case <-s.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type memoryListener struct{ server *memoryServer }

func (l memoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.server.conns:
		return conn, nil
	case <-l.server.closed:
		return nil, net.ErrClosed
	}
}

func (l memoryListener) Close() error {
	l.server.once.Do(func() { close(l.server.closed) })
	return nil
}

func (l memoryListener) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }
