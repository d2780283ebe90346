package devserver

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
)

// commonPorts are the ports at which the official dev server looks for apps, as
// observed.
var commonPorts = []int{
	80, 443, 3000, 3001, 3002, 3003, 3004, 3005, 3006, 3007, 3008, 3009, 3010, 4321, 5000, 5173,
	8000, 8080, 8081, 8787, 8888, 8910, 8911, 8912, 8913, 8914, 8915,
}

// lookTimeout bounds one request to one port of this machine.
const lookTimeout = 500 * time.Millisecond

// run discovers apps, once every interval.
func (s *syncer) run() {
	for {
		s.look()
		s.list() // adopts the apps that have registered themselves
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(s.pace()):
		}
	}
}

// look adds the apps on this machine that are not known yet.
func (s *syncer) look() {
	client := &http.Client{
		Transport: s.transport, Timeout: lookTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for _, port := range s.ports {
		host := net.JoinHostPort("localhost", strconv.Itoa(port))
		for _, path := range doctor.CommonPaths() {
			at := "http://" + host + path
			if s.knows(at) {
				break
			}
			found, err := s.answers(client, at)
			if err != nil {
				break
			}
			if found {
				s.add(at, fromDiscovery)
			}
		}
	}
}

// answers reports whether an SDK answers at a URL.
func (s *syncer) answers(client *http.Client, at string) (bool, error) {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return false, fmt.Errorf("discovering apps: %w", err)
	}
	req.Header.Set("User-Agent", "inngestkit")
	res, err := client.Do(req)
	if err != nil {
		return false, fmt.Errorf("discovering apps: %w", err)
	}
	defer res.Body.Close()
	return doctor.BySDK(res.Header), nil
}
