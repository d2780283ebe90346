package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// failure returns an answer with an error.
func failure(name, format string, args ...any) answer {
	return answer{err: &wire.CallError{Name: name, Message: fmt.Sprintf(format, args...)}}
}

// unreachable returns the failure of a request that got no answer.
func unreachable(to string, err error) answer {
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return failure("CallTimeout", "the app at %s did not answer in time", to)
	case errors.Is(err, syscall.ECONNREFUSED):
		return failure("ConnectionRefused", "nothing listens at %s: is the app running?", to)
	case errors.As(err, &dns):
		return failure("HostNotFound", "the host of %s could not be found: %v", to, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return failure("ConnectionClosed", "the app at %s closed the connection before it answered", to)
	}
	return failure("Unreachable", "the app at %s could not be reached: %v", to, err)
}

// stranger says who probably sent an answer that lacks the SDK's header.
// inngestkit's webhook omits the header when it refuses a caller.
func stranger(status int, header http.Header) string {
	switch {
	case header.Get(wire.HeaderSDKHandled) != "":
		return fmt.Sprintf("the app refused the request (status %d): does it have this server's signing key? Its log says why", status)
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
	case status/100 == 4, status == http.StatusServiceUnavailable:
		return fmt.Sprintf("the answer (status %d) has no %s header: middleware such as auth, CSRF, a rate limit or a timeout seems to have answered in the webhook's place; exempt the webhook from it", status, wire.HeaderSDK)
	}
	return fmt.Sprintf("the answer (status %d) has no %s header: is there an Inngest handler at this URL?", status, wire.HeaderSDK)
}
