package engine

import (
	"fmt"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// stranger says of an answer without the SDK's header who seems to have given
// it. The webhook of inngestkit leaves that header out where it lets nobody in.
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
