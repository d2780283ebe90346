package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/core/internal/settings"
	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// get answers an introspection request (SDK specification 4.5): everything to
// a caller with a valid signature; the short form to others in dev mode; and
// in cloud mode nothing, as inngestgo v0.16.0 does.
func (h *webhook) get(r *http.Request) call.Answer {
	header := signatureOf(r)
	if _, err := signature.Verify(header, nil, time.Now(), h.Settings.SigningKey, h.Settings.SigningKeyFallback); err == nil {
		return h.inspected(h.inspection())
	}
	if !h.Settings.Dev() {
		return *unauthorized()
	}
	short := h.inspection()
	short.PrivateInspection = nil
	if short.AuthenticationSucceeded = nil; header != "" {
		no := false
		short.AuthenticationSucceeded = &no
	}
	return h.inspected(short)
}

func (h *webhook) inspected(i wire.Inspection) call.Answer {
	body, err := json.Marshal(i)
	if err != nil {
		return *call.Failure(http.StatusInternalServerError, "Error", "the inspection could not be written")
	}
	return call.Answer{Status: http.StatusOK, Body: body}
}

func (h *webhook) inspection() wire.Inspection {
	s, yes := h.Settings, true
	eventKey := s.EventKey
	if eventKey == settings.DevEventKey {
		eventKey = ""
	}
	return wire.Inspection{
		SchemaVersion:           wire.InspectionSchema,
		AuthenticationSucceeded: &yes,
		FunctionCount:           len(h.Functions()),
		HasEventKey:             eventKey != "",
		HasSigningKey:           s.SigningKey != "",
		HasSigningKeyFallback:   s.SigningKeyFallback != "",
		Mode:                    string(s.Mode),
		PrivateInspection: &wire.PrivateInspection{
			APIOrigin: s.APIBaseURL, EventAPIOrigin: s.EventAPIBaseURL,
			AppID: s.AppID, Env: optional(s.Env), Framework: h.framework,
			Capabilities: capabilities, EventKeyHash: hashed(eventKey),
			SDKLanguage: inngestgo.SDKLanguage, SDKVersion: inngestgo.SDKVersion,
			ServeOrigin: optional(s.ServeOrigin), ServePath: optional(s.ServePath),
			SigningKeyHash: api.KeyHash(s.SigningKey), SigningKeyFallbackHash: api.KeyHash(s.SigningKeyFallback),
		},
	}
}

var capabilities = wire.Capabilities{InBandSync: "v1", TrustProbe: "v1"}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func hashed(s string) *string {
	if s == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(s))
	return optional(hex.EncodeToString(sum[:]))
}
