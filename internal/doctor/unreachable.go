package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// unreachable explains why a request was not answered.
func unreachable(u *url.URL, r request, err error) Finding {
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return Finding{
			CodeRefused, "nothing listens at " + u.Host, "the app is not running, or it listens at another port or address",
			"start the app, and use the address that it prints; in a container, 127.0.0.1 is the container itself",
		}
	case errors.As(err, &dns):
		return Finding{
			CodeHost, "the host " + u.Hostname() + " could not be found", "its name is misspelt, or unknown on this machine",
			"check the name; an app on this machine is at 127.0.0.1",
		}
	case plainOverTLS(err):
		plain := *u
		plain.Scheme = "http"
		return Finding{CodeScheme, "the app speaks plain HTTP, and the URL says https", "both sides must use the same protocol", "use " + plain.Redacted()}
	case isTLS(err):
		return Finding{
			CodeTLS, "there is no secure connection to " + u.Host + ": " + err.Error(), "this machine does not trust its certificate for this name",
			"use http on a developer's machine, or a certificate whose authority the machine trusts and that names the host",
		}
	case strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), talksFirst):
		return Finding{CodeScheme, "the program at " + u.Host + " does not speak HTTP", "it speaks HTTPS, or is not a web server", "check the port, or use https"}
	case isTimeout(err):
		return timedOut(u, r)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return Finding{
			CodeClosed, u.Host + " closed the connection before it answered", "the handler panicked, or the app was just stopping",
			"read the app's log",
		}
	}
	return Finding{CodeUnreachable, u.Host + " cannot be reached: " + err.Error(), "no connection could be made", "check the URL and that the app is running"}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func timedOut(u *url.URL, r request) Finding {
	f := Finding{
		CodeTimeout, fmt.Sprintf("%s did not answer %s in time (%s, or %s for all requests)", u.Host, r, probeTimeout, examinationTimeout),
		"the app hangs, or a firewall drops its packets", "read the app's log, and check the address",
	}
	if r.method != http.MethodGet {
		f.Why = "the app answers a GET, but hangs on this request, in middleware or in the Inngest handler"
		f.Fix = "read the app's log, and " + exempt
	}
	return f
}

// talksFirst is net/http's error for a peer that sends bytes before a request. It
// includes a mistake in net/http's own text.
const talksFirst = "readLoopPeekFailLocked: %!w(<nil>)"

func plainOverTLS(err error) bool {
	var record tls.RecordHeaderError
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/"
}

func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) ||
		errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert)
}
