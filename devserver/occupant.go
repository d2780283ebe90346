package devserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// AddrInUseError is the error of [Start] if another program listens at
// [Config.Addr], and was not joined. It wraps the operating system's error.
type AddrInUseError struct {
	// Addr is the address, such as "127.0.0.1:8288".
	Addr string
	// Owner describes the program that listens there, such as
	// "an inngestkit dev server (v1.2.0, process 4711)".
	Owner string
	// Joinable reports whether [Config.Join] would join that program. It is
	// false for other dev servers, and for those with another signing key.
	Joinable bool
	// Err is the operating system's error.
	Err error
}

// Error names the address, the program, and the ways out.
func (e *AddrInUseError) Error() string {
	fix := "stop it"
	if e.Joinable {
		fix = "set Join to share it"
	}
	return fmt.Sprintf("devserver: %s is taken by %s: %s, or set Addr to another address, such as \"127.0.0.1:0\" for any free port", e.Addr, e.Owner, fix)
}

// Unwrap returns Err.
func (e *AddrInUseError) Unwrap() error { return e.Err }

// inUse reports whether listening failed because another program listens at
// the address. Windows has another number for that.
func inUse(err error) bool {
	const onWindows = syscall.Errno(10048)
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, onWindows)
}

// occupied returns the error for an address that is taken by another program,
// which was not joined because of refusal, or was not asked to be if that is
// nil.
func (s *Server) occupied(there occupant, refusal, taken error) error {
	err := &AddrInUseError{Addr: s.cfg.Addr, Owner: there.String(), Joinable: there.ours() && refusal == nil, Err: taken}
	if there.ours() && refusal != nil {
		err.Owner += fmt.Sprintf(", which cannot be joined (%v)", refusal)
	}
	return err
}

// look returns the program at the address, and why it could not be joined.
func (s *Server) look() (there occupant, refusal error) {
	client := newJoinClient()
	defer client.CloseIdleConnections()
	there = s.occupant(client)
	if there.ours() {
		refusal = s.introduce(client, []string{})
	}
	return there, refusal
}

// occupantTimeout is how long a program may take to answer GET /dev.
const occupantTimeout = 2 * time.Second

// occupant is the program that listens at the server's address.
type occupant struct {
	url     string
	Version string `json:"version"` // empty if it is not a dev server
	PID     int    `json:"pid"`     // 0 if it is unknown
}

// occupant asks the program at the address for its version.
func (s *Server) occupant(client *http.Client) occupant {
	ctx, cancel := context.WithTimeout(s.ctx, occupantTimeout)
	defer cancel()
	there := occupant{url: s.url}
	answer, err := s.ask(ctx, client, http.MethodGet, "/dev", nil)
	if err != nil {
		return there
	}
	defer answer.Close()
	if json.NewDecoder(io.LimitReader(answer, maxRegisterBody)).Decode(&there) != nil {
		return occupant{url: s.url}
	}
	return there
}

// ours reports whether the program is a dev server of this package.
func (o occupant) ours() bool { return strings.HasPrefix(o.Version, devVersion) }

func (o occupant) String() string {
	if o.Version == "" {
		return "a program that is not an Inngest dev server"
	}
	if !o.ours() {
		return fmt.Sprintf("another Inngest dev server (version %q), which apps use with INNGEST_DEV=%s", o.Version, o.url)
	}
	var known []string
	if version := strings.TrimSpace(strings.TrimPrefix(o.Version, devVersion)); version != "" {
		known = append(known, version)
	}
	if o.PID != 0 {
		known = append(known, fmt.Sprintf("process %d", o.PID))
	}
	if len(known) == 0 {
		return "an inngestkit dev server"
	}
	return "an inngestkit dev server (" + strings.Join(known, ", ") + ")"
}
