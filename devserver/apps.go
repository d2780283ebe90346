package devserver

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/inngestkit/inngestkit/internal/doctor"
)

func (s *Server) getApps(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.appSyncs())
}

// maxAppsBody bounds the body of POST /dev/apps.
const maxAppsBody = 1 << 20

// appsRequest asks the server to sync more apps.
type appsRequest struct {
	URLs []string `json:"urls"`
	// Key is the fingerprint of the signing key that the server must have. If
	// it is absent, any key is accepted.
	Key *string `json:"key"`
}

// postApps makes the server sync apps until it ends. It accepts all of them or
// none.
func (s *Server) postApps(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxAppsBody)
	if !ok {
		return
	}
	var req appsRequest
	if err := json.Unmarshal(body, &req); err != nil || req.URLs == nil && req.Key == nil {
		writeError(w, http.StatusBadRequest, `the body must be JSON such as {"urls":["http://127.0.0.1:8080/api/inngest"]}`)
		return
	}
	if req.Key != nil && *req.Key != fingerprint(s.cfg.SigningKey) {
		writeError(w, http.StatusConflict, "this dev server has another signing key")
		return
	}
	for _, app := range req.URLs {
		if _, err := doctor.ParseURL(app); err != nil {
			writeError(w, http.StatusBadRequest, err.Error())
			return
		}
	}
	for _, app := range req.URLs {
		s.syncs.add(app, fromRequest)
	}
	s.getApps(w, r)
}

// deleteApp removes an app, with its functions and schedules, by its id or its
// URL. The server no longer asks it to sync.
func (s *Server) deleteApp(w http.ResponseWriter, r *http.Request) {
	if id := r.PathValue("id"); !s.syncs.remove(r.Context(), id) {
		writeError(w, http.StatusNotFound, "no app has the id or URL "+id)
		return
	}
	s.getApps(w, r)
}

// fingerprint distinguishes signing keys without disclosing them.
func fingerprint(key string) string {
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("inngestkit dev server " + key))
	return hex.EncodeToString(sum[:])
}

// getLifetime starts its answer at once and ends it when the server is asked to
// stop, so that a client notices the server's end.
func (s *Server) getLifetime(w http.ResponseWriter, r *http.Request) {
	if s.ending.Err() != nil {
		writeError(w, http.StatusServiceUnavailable, errStopping.Error())
		return
	}
	w.WriteHeader(http.StatusOK)
	if err := http.NewResponseController(w).Flush(); err != nil {
		return
	}
	select {
	case <-r.Context().Done():
	case <-s.ending.Done():
	}
}
