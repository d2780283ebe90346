package inngestkit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// get answers an introspection request (SDK specification 4.5): everything to
// a caller with a valid signature; the short form to others in dev mode; and
// in cloud mode nothing, as inngestgo v0.16.0 does.
func (h *webhook) get(r *http.Request) answer {
	header := signatureOf(r)
	if _, err := signature.Verify(header, nil, time.Now(), h.settings.SigningKey, h.settings.SigningKeyFallback); err == nil {
		return h.inspected(h.inspection())
	}
	if !h.settings.dev() {
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

func (h *webhook) inspected(i wire.Inspection) answer {
	body, err := json.Marshal(i)
	if err != nil {
		return *failure(http.StatusInternalServerError, "Error", "the inspection could not be written")
	}
	return answer{status: http.StatusOK, body: body}
}

func (h *webhook) inspection() wire.Inspection {
	s, yes := h.settings, true
	eventKey := s.EventKey
	if eventKey == devEventKey {
		eventKey = ""
	}
	return wire.Inspection{
		SchemaVersion:           wire.InspectionSchema,
		AuthenticationSucceeded: &yes,
		FunctionCount:           len(h.sorted()),
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
			SigningKeyHash: keyHash(s.SigningKey), SigningKeyFallbackHash: keyHash(s.SigningKeyFallback),
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

func keyHash(key string) *string {
	if key == "" {
		return nil
	}
	hash, err := signature.HashKey(key)
	if err != nil {
		return nil
	}
	return &hash
}
