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
	"syscall"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
)

// joinTimeout is how long a server may take to say what it is.
const joinTimeout = 2 * time.Second

// Bounds of the wait between attempts to take the place of a server that ends.
const (
	firstTakeoverWait = 10 * time.Millisecond
	lastTakeoverWait  = time.Second
)

// errStopping is why a server that is about to end is not joined. Another may
// take its place soon.
var errStopping = errors.New("the dev server that runs there is stopping")

// joined is the answer of a joined server that lasts as long as it does.
type joined struct {
	client *http.Client
	body   io.ReadCloser
}

func (j joined) close() {
	if j.body != nil {
		_ = j.body.Close()
	}
	j.client.CloseIdleConnections()
}

// inUse reports whether an address could not be listened at because another
// program does. Windows has a number of its own for that.
func inUse(err error) bool {
	const onWindows = syscall.Errno(10048)
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, onWindows)
}

// join makes the server at the address sync this one's apps. It asks for the
// lifetime first: if another server takes the apps, this one's has ended.
func (s *Server) join() (joined, error) {
	j := joined{client: &http.Client{Transport: doctor.NewTransport()}}
	err := s.recognise(j.client)
	if err == nil {
		j.body, err = s.ask(s.ctx, j.client, http.MethodGet, "/dev/lifetime", nil)
	}
	if err == nil {
		err = s.introduce(j.client)
	}
	if err != nil {
		j.close()
		return joined{}, err
	}
	s.log.Info("joined the dev server that runs already", "url", s.url)
	if idle := s.cfg.idle(); len(idle) > 0 {
		s.log.Warn("settings have no effect until this dev server takes the place of the one that it has joined", "settings", strings.Join(idle, ", "))
	}
	return j, nil
}

// idle names what was asked for of the server and does nothing while another
// has been joined.
func (c Config) idle() (names []string) {
	for _, setting := range []struct {
		name string
		set  bool
	}{{"Dir", c.Dir != ""}, {"EventKey", c.EventKey != ""}, {"NoUI", c.NoUI}} {
		if setting.set {
			names = append(names, setting.name)
		}
	}
	return names
}

// recognise finds out whether what listens at the address can be joined.
func (s *Server) recognise(client *http.Client) error {
	ctx, cancel := context.WithTimeout(s.ctx, joinTimeout)
	defer cancel()
	var info devInfo
	answer, err := s.ask(ctx, client, http.MethodGet, "/dev", nil)
	if err == nil {
		err = json.NewDecoder(io.LimitReader(answer, maxRegisterBody)).Decode(&info)
		_ = answer.Close()
	}
	switch {
	case err != nil || info.Version == "":
		return errors.New("what listens there is no Inngest dev server: end it, or listen on another port")
	case !strings.HasPrefix(info.Version, devVersion):
		return fmt.Errorf("an Inngest dev server of another make (version %q) runs there: set INNGEST_DEV=%s to use it, end it, or listen on another port", info.Version, s.url)
	}
	return nil
}

// introduce gives the apps to the server at the address.
func (s *Server) introduce(client *http.Client) error {
	ctx, cancel := context.WithTimeout(s.ctx, joinTimeout)
	defer cancel()
	key := fingerprint(s.cfg.SigningKey)
	apps, err := json.Marshal(appsRequest{URLs: s.cfg.Apps, Key: &key})
	if err != nil {
		return fmt.Errorf("introducing the apps: %w", err)
	}
	answer, err := s.ask(ctx, client, http.MethodPost, "/dev/apps", apps)
	if err != nil {
		return fmt.Errorf("the dev server that runs there was not joined: %w; end it, or listen on another port", err)
	}
	_ = answer.Close()
	return nil
}

// ask makes a request of the server at the address, which must answer 200.
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
	_ = json.NewDecoder(io.LimitReader(res.Body, maxAppsBody)).Decode(&refused) // it need not be JSON
	return nil, fmt.Errorf("%s: %s", path, cmp.Or(refused.Error, res.Status))
}

// accompany waits for a joined server to end, and takes its place, or joins
// the one that has been quicker.
func (s *Server) accompany(other joined) {
	for here := false; !here; other, here = s.succeed() {
		_, _ = io.Copy(io.Discard, other.body) // ends with the other server, however that ends
		other.close()
		if s.ctx.Err() != nil {
			return
		}
		s.log.Warn("the dev server that was joined has ended, and what it kept in memory is gone", "url", s.url)
	}
}

// follow takes the place of a server that is stopping.
func (s *Server) follow() {
	if other, here := s.succeed(); !here {
		s.accompany(other)
	}
}

// succeed tries until the server runs here, or has joined another, or is
// closed. It returns false if it has joined another.
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
			report("no dev server can be started in its place yet", "url", s.url, "error", err)
			report = s.log.Debug // once is enough to read
		}
		select {
		case <-s.ctx.Done():
			return joined{}, true
		case <-time.After(wait):
		}
	}
}
