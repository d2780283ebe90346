package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/wire"
)

const sendTimeout = 10 * time.Second

var sendCommand = command{
	name:    "send",
	args:    "NAME [flags]",
	summary: "send an event",
	help: `Send an event, and print its id. Its runs are at /v1/events/ID/runs.

Examples:
  inngestkit send user.registered --data '{"userId":"u1"}'
  inngestkit send user.registered --data @user.json
  jq .user export.json | inngestkit send user.registered --data -`,
	exits:  "0 the event was accepted, 1 it was not, 2 wrong arguments or data.",
	define: defineSend,
}

// sending is an event and its destination.
type sending struct {
	name, data, id string
	server, key    string
}

func defineSend(con console, f *flags) action {
	s := &sending{data: "{}", server: serverFromEnvironment(con), key: "inngestkit"}
	f.text(&s.data, "data", "JSON", "the event's data, an object; @FILE reads it from a file, and - from standard input (default {})")
	f.text(&s.id, "id", "ID", "the event's id; a second event with the same id starts nothing (default a new id)")
	f.text(&s.server, "url", "URL", "the server to send it to (default INNGEST_DEV if it is a URL, or "+doctor.DefaultServer+")")
	f.text(&s.key, "event-key", "KEY", "the event key (default: a dev server accepts any)")
	return func(ctx context.Context, args []string) error {
		if err := s.prepare(con, args); err != nil {
			return usageError{err}
		}
		ids, err := s.send(ctx)
		for _, id := range ids {
			fmt.Fprintln(con.out, id)
		}
		return err
	}
}

// prepare checks the arguments and reads the data.
func (s *sending) prepare(con console, args []string) error {
	switch {
	case len(args) != 1:
		return fmt.Errorf("it takes one event's name, and %d were given", len(args))
	case args[0] == "":
		return errors.New("the event's name is empty")
	case s.key == "":
		return errors.New("--event-key is empty; omit it for a dev server, which accepts any key")
	}
	s.name = args[0]
	err := checkServer("--url", s.server)
	if err != nil {
		return err
	}
	s.server = strings.TrimRight(s.server, "/")
	raw := []byte(s.data)
	if file, ok := strings.CutPrefix(s.data, "@"); ok {
		raw, err = os.ReadFile(file)
	} else if s.data == "-" {
		raw, err = io.ReadAll(con.in)
	}
	if err != nil {
		return fmt.Errorf("the data cannot be read: %w", err)
	}
	s.data = string(raw)
	return checkData(raw)
}

// checkServer returns an error if a flag's value is not a server's URL.
func checkServer(flag, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New(flag + " takes the URL of a server, such as " + doctor.DefaultServer)
	}
	return nil
}

// checkData returns an error if data is not a JSON object. The error names the
// position, and quotes at most one character.
func checkData(raw []byte) error {
	var object map[string]json.RawMessage
	err := json.Unmarshal(raw, &object)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("the data is not JSON at byte %d: %w", syntax.Offset, err)
	case err != nil || object == nil:
		return errors.New(`the data is not a JSON object; write one such as {"userId":"u1"}`)
	}
	return nil
}

// send sends the event and returns its ids.
func (s *sending) send(ctx context.Context) ([]string, error) {
	event := map[string]any{"name": s.name, "data": json.RawMessage(s.data)}
	if s.id != "" {
		event["id"] = s.id
	}
	body, err := json.Marshal(event)
	if err != nil {
		return nil, fmt.Errorf("the event cannot be written: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.server+"/e/"+url.PathEscape(s.key), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the request cannot be made: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, s.unreached(err)
	}
	defer res.Body.Close()
	var reply wire.SendReply
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&reply); err != nil {
		return nil, fmt.Errorf("the program at %s (status %d) is not an Inngest server; name a server with --url", s.server, res.StatusCode)
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server refused the event with status %d: %s", res.StatusCode, reply.Error)
	}
	return reply.IDs, nil
}

// unreached explains a failed request without its URL, which contains the event
// key.
func (s *sending) unreached(err error) error {
	if at, ok := errors.AsType[*url.Error](err); ok {
		err = at.Err
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("no server listens at %s; start one with inngestkit dev, or name another with --url", s.server)
	}
	return fmt.Errorf("the server at %s cannot be reached: %w", s.server, err)
}
