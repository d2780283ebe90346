package sdk

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// Functions counts the functions that were created with a client of the SDK. The
// signing key is the client's, or empty in dev mode.
func Functions(client inngestgo.Client, signingKey string) int {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "/", http.NoBody)
	if err != nil {
		return 0
	}
	if signingKey != "" {
		sig, err := inngestgo.Sign(context.Background(), time.Now(), []byte(signingKey), nil)
		if err != nil {
			return 0
		}
		req.Header.Set(wire.HeaderSignature, sig)
	}
	rec := &Recorder{}
	client.Serve().ServeHTTP(rec, req)
	var seen struct {
		Functions int `json:"function_count"`
	}
	_ = json.Unmarshal(rec.Body.Bytes(), &seen) // a refusal counts none
	return seen.Functions
}
