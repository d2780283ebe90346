package devserver

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// v1Function is a function in GET /v1/apps/{app}/functions.
type v1Function struct {
	InternalID    string           `json:"internal_id"`
	EnvironmentID string           `json:"env_id"`
	AppID         string           `json:"app_id"`
	ID            string           `json:"id"`
	Name          string           `json:"name"`
	Config        v1FunctionConfig `json:"config"`
	CreatedAt     time.Time        `json:"created_at"`
	ArchivedAt    time.Time        `json:"archived_at"` // always the zero time
}

type v1FunctionConfig struct {
	ID       string         `json:"id"`
	Version  int            `json:"fv"`
	Name     string         `json:"name"`
	Slug     string         `json:"slug"`
	Triggers []wire.Trigger `json:"triggers"`
	Steps    []v1Step       `json:"steps"`
}

type v1Step struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URI  string `json:"uri"`
}

func (s *Server) getV1Functions(w http.ResponseWriter, r *http.Request) {
	out := []v1Function{}
	for _, a := range s.engine.Apps() {
		if a.Name != r.PathValue("app") {
			continue
		}
		for _, fn := range a.Functions {
			cfg := functionConfig(fn)
			out = append(out, v1Function{
				InternalID: fn.UUID, EnvironmentID: noID, AppID: a.Name, ID: fn.ID, Name: fn.Name, CreatedAt: a.SyncedAt.UTC(),
				Config: v1FunctionConfig{
					ID: fn.UUID, Version: 1, Name: fn.Name, Slug: fn.ID, Triggers: cfg.Triggers,
					Steps: []v1Step{{ID: wire.StepAny, Name: fn.Name, URI: redacted(cfg.URL())}},
				},
			})
		}
	}
	writeJSON(w, http.StatusOK, out)
}

// postInvoke starts a function by its composite id, and answers with the event's
// id.
func (s *Server) postInvoke(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxEventBody)
	if !ok {
		return
	}
	var req struct {
		Data json.RawMessage `json:"data"`
		User json.RawMessage `json:"user"`
	}
	if err := decode(body, &req); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not an invocation: "+err.Error())
		return
	}
	started, err := s.engine.Invoke(r.PathValue("function"), req.Data, req.User)
	if err != nil {
		writeFailureOf(w, err, noSuchFunction)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"id": started.EventID, "status": http.StatusOK})
}
