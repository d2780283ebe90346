package devserver

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// joinTimeout is how long a server may take to accept the apps of another.
const joinTimeout = 2 * time.Second

// Bounds of the wait between attempts to take the place of a server that ends.
const (
	firstTakeoverWait = 10 * time.Millisecond
	lastTakeoverWait  = time.Second
)

// errStopping is why a server that is stopping is not joined. Another can take
// its place soon.
var errStopping = errors.New("it is stopping")

// joined is a dev server that this one has joined.
type joined struct {
	occupant

	client   *http.Client
	lifetime io.ReadCloser // ends with the server
}

func newJoinClient() *http.Client { return &http.Client{Transport: doctor.NewTransport()} }

func (j joined) close() {
	if j.lifetime != nil {
		_ = j.lifetime.Close()
	}
	j.client.CloseIdleConnections()
}

// join makes the server at the address sync this one's apps. It asks for the
// lifetime first: if another server then accepts the apps, the lifetime has
// ended. On failure it returns the occupant alone.
func (s *Server) join() (joined, error) {
	j := joined{client: newJoinClient()}
	j.occupant = s.occupant(j.client)
	var err error
	if !j.ours() {
		err = errors.New(j.String() + " listens there")
	}
	if err == nil {
		j.lifetime, err = s.ask(s.ctx, j.client, http.MethodGet, "/dev/lifetime", nil)
	}
	if err == nil {
		err = s.introduce(j.client, s.cfg.Apps)
	}
	if err != nil {
		j.close()
		return joined{occupant: j.occupant}, err
	}
	s.log.Info("joined the dev server that runs already", "url", s.url, "server", j.String())
	if unused := s.cfg.unused(); len(unused) > 0 {
		s.log.Warn("settings have no effect until this dev server takes the place of the one it joined", "settings", strings.Join(unused, ", "))
	}
	return j, nil
}

// unused names the settings that have no effect while another server is
// joined.
func (c Config) unused() (names []string) {
	for _, setting := range []struct {
		name string
		set  bool
	}{{"DataDir", c.DataDir != ""}, {"EventKey", c.EventKey != ""}, {"NoUI", c.NoUI}} {
		if setting.set {
			names = append(names, setting.name)
		}
	}
	return names
}

// introduce gives apps to the server at the address, which refuses them if its
// signing key is another one.
func (s *Server) introduce(client *http.Client, apps []string) error {
	ctx, cancel := context.WithTimeout(s.ctx, joinTimeout)
	defer cancel()
	key := fingerprint(s.cfg.SigningKey)
	body, err := json.Marshal(appsRequest{URLs: apps, Key: &key})
	if err != nil {
		return fmt.Errorf("encoding the apps: %w", err)
	}
	answer, err := s.ask(ctx, client, http.MethodPost, "/dev/apps", body)
	if err != nil {
		return err
	}
	_ = answer.Close()
	return nil
}

// ask sends a request to the server at the address, and returns the body of an
// answer with status 200.
func (s *Server) ask(ctx context.Context, client *http.Client, method, path string, body []byte) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if res.StatusCode == http.StatusOK {
		return res.Body, nil
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusServiceUnavailable {
		return nil, errStopping
	}
	var refused struct {
		Error string `json:"error"`
	}
	_ = json.NewDecoder(io.LimitReader(res.Body, maxAppsBody)).Decode(&refused) // the body may be anything
	return nil, errors.New(cmp.Or(refused.Error, path+" answered with status "+res.Status))
}

// accompany waits for a joined server to end, and then takes its place, or
// joins the server that took it first.
func (s *Server) accompany(other joined) {
	for here := false; !here; other, here = s.succeed() {
		_, _ = io.Copy(io.Discard, other.lifetime) // ends with the other server, however that ends
		other.close()
		if s.ctx.Err() != nil {
			return
		}
		s.log.Warn("the dev server that was joined has ended, and with it everything it held in memory", "url", s.url)
	}
}

// follow takes the place of a server that is stopping.
func (s *Server) follow() {
	if other, here := s.succeed(); !here {
		s.accompany(other)
	}
}

// succeed tries until the server runs here, has joined another, or is closed.
// It returns false if it has joined another.
func (s *Server) succeed() (other joined, here bool) {
	report := s.log.Warn
	for wait := firstTakeoverWait; ; wait = min(wait*2, lastTakeoverWait) {
		listener, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", s.cfg.Addr)
		if err == nil {
			err = s.serve(listener)
			if err == nil || errors.Is(err, engine.ErrClosed) {
				return joined{}, true
			}
		} else if other, err = s.join(); err == nil {
			return other, false
		}
		if wait == lastTakeoverWait {
			report("no dev server could start in its place yet", "url", s.url, "error", err)
			report = s.log.Debug // one warning is enough
		}
		select {
		case <-s.ctx.Done():
			return joined{}, true
		case <-time.After(wait):
		}
	}
}
