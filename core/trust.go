package inngestkit

import (
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// trust answers a trust probe: the app proves that it has the key too.
func (h *webhook) trust(key string) answer {
	if h.settings.dev() {
		return answer{status: http.StatusOK}
	}
	return signed(key, []byte("{}"))
}

func signed(key string, body []byte) answer {
	return answer{
		status: http.StatusOK,
		header: http.Header{wire.HeaderSignature: {signature.Sign(key, body, time.Now())}},
		body:   body,
	}
}
