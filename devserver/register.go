package devserver

import (
	"net/http"
	"os"
	"runtime/debug"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// postRegister registers an app that syncs (SDK specification 4.3.2 to 4.3.4).
func (s *Server) postRegister(w http.ResponseWriter, r *http.Request) {
	if kind := r.Header.Get(wire.HeaderExpectedServerKind); kind != "" && kind != wire.ServerKindDev {
		writeError(w, http.StatusBadRequest, "Expected server kind "+wire.ServerKindDev+", got "+kind)
		return
	}
	body, ok := readBody(w, r, maxRegisterBody)
	if !ok {
		return
	}
	var req wire.SyncRequest
	if err := decode(body, &req); err != nil {
		writeError(w, http.StatusBadRequest, "Invalid request: "+err.Error())
		return
	}
	if why := s.keyRefusal(r); why != nil {
		s.syncs.refuse(req, why)
		writeError(w, http.StatusUnauthorized, why.What+". "+why.Fix)
		return
	}
	if s.syncs.identified(r.URL.Query().Get(wire.QueryDeployID), req) || s.syncs.isStale(req) {
		writeJSON(w, http.StatusOK, wire.SyncReply{OK: true})
		return
	}
	modified, err := s.engine.Register(req)
	s.syncs.registered(req, err)
	if err != nil {
		writeFailure(w, err)
		return
	}
	if modified {
		s.log.Info("registered an app", "app", req.AppName, "url", req.URL, "functions", len(req.Functions))
	}
	writeJSON(w, http.StatusOK, wire.SyncReply{OK: true, Modified: modified})
}

// devVersion begins the version that this package's servers report.
const devVersion = "inngestkit"

// devInfo tells SDKs that a dev server is here, in the official server's field
// names, and other servers of this package which one it is.
type devInfo struct {
	Version             string        `json:"version"`
	PID                 int           `json:"pid,omitempty"` // on this machine
	Authed              bool          `json:"authed"`
	Functions           []devFunction `json:"functions"`
	Handlers            []devHandler  `json:"handlers"`
	IsMissingSigningKey bool          `json:"isMissingSigningKey"`
	IsMissingEventKeys  bool          `json:"isMissingEventKeys"`
}

type devFunction struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Slug string `json:"slug"`
}

type devHandler struct {
	AppName string `json:"appName"`
	URL     string `json:"url"`
	SDK     string `json:"sdk"`
}

func (s *Server) getDev(w http.ResponseWriter, _ *http.Request) {
	info := devInfo{Version: reportedVersion(), Functions: []devFunction{}, Handlers: []devHandler{}}
	if !s.cfg.AllowRemote {
		info.PID = os.Getpid()
	}
	for _, app := range s.engine.Apps() {
		info.Handlers = append(info.Handlers, devHandler{AppName: app.Name, URL: app.URL, SDK: app.SDK})
		for _, fn := range app.Functions {
			info.Functions = append(info.Functions, newDevFunction(fn))
		}
	}
	writeJSON(w, http.StatusOK, info)
}

func newDevFunction(fn engine.Function) devFunction {
	return devFunction{ID: fn.UUID, Name: fn.Name, Slug: fn.ID}
}

// reportedVersion is devVersion, with the module's version if the binary was
// built from a release.
func reportedVersion() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return devVersion
	}
	for _, m := range append(build.Deps, &build.Main) {
		if m.Path == modulePath && strings.HasPrefix(m.Version, "v") {
			return devVersion + " " + m.Version
		}
	}
	return devVersion
}

const modulePath = "github.com/inngestkit/inngestkit"
