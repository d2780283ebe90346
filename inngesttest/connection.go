package inngesttest

import (
	"net/http"
	"net/http/httptest"
	"strings"
)

// connection connects an app under test with an Inngest server that the test did
// not start. The tests of this package use one in memory, so that they need not
// wait in real time.
type connection struct {
	url    string // of the server
	client *http.Client
	// serve makes the app reachable for the server. It returns the app's URL and
	// a function that ends the connection.
	serve func(app http.Handler) (url string, stop func())
}

// overHTTP returns a connection to the server at a URL.
func overHTTP(url string) *connection {
	transport := &http.Transport{}
	return &connection{
		url:    strings.TrimRight(url, "/"),
		client: &http.Client{Transport: transport},
		serve: func(app http.Handler) (string, func()) {
			server := httptest.NewServer(app)
			return server.URL, func() {
				server.Close()
				transport.CloseIdleConnections()
			}
		},
	}
}
