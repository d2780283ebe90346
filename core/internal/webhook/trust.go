package webhook

import (
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// trust answers a trust probe: the app proves that it has the key too.
func (h *webhook) trust(key string) call.Answer {
	if h.Settings.Dev() {
		return call.Answer{Status: http.StatusOK}
	}
	return signed(key, []byte("{}"))
}

func signed(key string, body []byte) call.Answer {
	return call.Answer{
		Status: http.StatusOK,
		Header: http.Header{wire.HeaderSignature: {signature.Sign(key, body, time.Now())}},
		Body:   body,
	}
}
