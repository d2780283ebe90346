package webhook

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/api"
	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/internal/sdk"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// put syncs the app: in band, by answering a signed request with the
// registration, or out of band, by sending it to Inngest
// (SDK specification 4.3).
func (h *webhook) put(w http.ResponseWriter, r *http.Request) call.Answer {
	h.warnOfFunctions()
	if signatureOf(r) != "" && h.Settings.SigningKey != "" {
		return h.syncInBand(w, r)
	}
	if !h.Settings.Dev() && !h.Settings.AllowUnsignedSync {
		h.Settings.Logger.Warn("inngestkit: refused an unsigned sync; set Config.AllowUnsignedSync if a deploy script should be able to trigger one")
		return *unauthorized()
	}
	u, err := h.publicURL(r)
	if err != nil {
		return h.syncFailed(http.StatusBadRequest, err)
	}
	before := h.lastSync.Load()
	reply, err := h.Register(r.Context(), u, r.URL.Query().Get(wire.QueryDeployID), r.Header.Get(wire.HeaderServerKind), h.framework)
	if signatureOf(r) != "" { // of a key that the app lacks: a diagnosis, not a sync
		h.lastSync.Store(before)
	}
	if err != nil {
		return h.syncFailed(http.StatusInternalServerError, err)
	}
	a := syncAnswer(http.StatusOK, wire.SyncReply{Message: "Successfully synced.", Modified: reply.Modified})
	a.Header = http.Header{wire.HeaderSyncKind: {wire.SyncOutOfBand}}
	return a
}

// warnOfFunctions warns of a sync that registers less than was meant.
func (a *App) warnOfFunctions() {
	if n := a.Unserved(); n > 0 {
		a.Settings.Logger.Warn("inngestkit: functions were created with inngestgo.CreateFunction and app.Client(), which nothing serves; register each with app.Register(inngestkit.Adopt(fn))", "functions", n)
	}
	if len(a.Functions()) == 0 {
		a.Settings.Logger.Warn("inngestkit: a sync registers no functions; call app.Register before the app is synced")
	}
}

// syncFailed logs why an unsigned sync failed. The answer says why only on a
// developer's machine: the reason names servers.
func (h *webhook) syncFailed(status int, err error) call.Answer {
	h.Settings.Logger.Error("inngestkit: sync failed", "error", err.Error())
	if h.Settings.Dev() {
		return syncAnswer(status, wire.SyncReply{Message: err.Error()})
	}
	return syncAnswer(status, wire.SyncReply{Message: "The sync failed; the app's log says why."})
}

func syncAnswer(status int, reply wire.SyncReply) call.Answer {
	body, _ := json.Marshal(reply) // strings always marshal
	return call.Answer{Status: status, Body: body}
}

func (h *webhook) syncInBand(w http.ResponseWriter, r *http.Request) call.Answer {
	v, refusal := h.signedVerifier(r)
	if refusal != nil {
		return *refusal
	}
	body, key, leave, refusal := h.enter(w, r, v)
	if refusal != nil {
		return *refusal
	}
	defer leave()
	var in wire.InBandSyncRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return *h.Calls.Malformed(r, "BadSync", "the body is not a sync request")
	}
	u, err := url.Parse(in.URL)
	if err != nil || u.Host == "" {
		return *h.Calls.Malformed(r, "BadSync", "the sync request's url is not absolute")
	}
	reported := h.ReportedURL(*u)
	reply, err := json.Marshal(wire.InBandSyncReply{
		AppID: h.Settings.AppID, AppVersion: h.Settings.AppVersion,
		Env: optional(h.Settings.Env), Framework: optional(h.framework), Platform: optional(platform()),
		Functions: h.functionConfigs(reported), Inspection: h.inspection(),
		SDKAuthor: inngestgo.SDKAuthor, SDKLanguage: inngestgo.SDKLanguage, SDKVersion: inngestgo.SDKVersion,
		URL: reported.String(),
	})
	if err != nil {
		return *call.Failure(http.StatusInternalServerError, "Error", "the registration could not be written")
	}
	a := signed(key, reply)
	a.Header.Set(wire.HeaderSyncKind, wire.SyncInBand)
	h.synced("")
	return a
}

// Register sends the registration of the app at u, with the fallback key if the
// first is refused.
func (a *App) Register(ctx context.Context, u url.URL, deployID, serverKind, framework string) (wire.SyncReply, error) {
	s := a.Settings
	body, err := json.Marshal(wire.SyncRequest{
		URL: u.String(), V: "0.1", DeployType: "ping", SDK: inngestgo.HeaderValueSDK,
		AppName: s.AppID, AppVersion: s.AppVersion, Framework: framework,
		Functions: a.functionConfigs(u), Capabilities: capabilities,
		Headers: wire.SyncHeaders{Env: s.Env, Platform: platform()}, Events: a.eventExamples(),
	})
	if err != nil {
		return wire.SyncReply{}, fmt.Errorf("inngestkit: %w", err)
	}
	target := s.APIBaseURL + "/fn/register"
	if deployID != "" {
		target += "?" + url.Values{wire.QueryDeployID: {deployID}}.Encode()
	}
	request := api.Request{Method: http.MethodPost, URL: target, Header: http.Header{}, Body: body, Limit: maxReply}
	if serverKind != "" {
		request.Header.Set(wire.HeaderExpectedServerKind, serverKind)
	}
	status, raw, err := a.API.Do(ctx, request)
	if err != nil {
		a.synced("the Inngest server cannot be reached")
		return wire.SyncReply{}, fmt.Errorf("inngestkit: the Inngest server at %s cannot be reached: %w", s.APIBaseURL, api.WithoutURL(err))
	}
	var reply wire.SyncReply
	_ = json.Unmarshal(raw, &reply) // an error answer need not be JSON
	if status != http.StatusOK {
		a.synced(fmt.Sprintf("the Inngest server refused the sync with status %d", status))
		reason := cmp.Or(reply.Error, reply.Message, http.StatusText(status))
		return reply, fmt.Errorf("inngestkit: the Inngest server at %s refused the sync with status %d: %s%s", s.APIBaseURL, status, reason, a.placeIn(reason))
	}
	a.synced("")
	return reply, nil
}

// placeIn says where the function that a server's message names is declared, if
// it names one.
func (a *App) placeIn(reason string) string {
	var named *call.Function
	for _, f := range a.Functions() {
		if strings.Contains(reason, f.ID) && (named == nil || len(f.ID) > len(named.ID)) {
			named = f
		}
	}
	if named == nil {
		return ""
	}
	return fmt.Sprintf("\nit is about %s", named.Where())
}

// platform names the hosting platform as inngestgo v0.16.0 does.
func platform() string {
	switch {
	case os.Getenv("AWS_REGION") != "":
		return "aws-" + os.Getenv("AWS_REGION")
	case os.Getenv("VERCEL") != "":
		return "vercel"
	case os.Getenv("NETLIFY") != "":
		return "netlify"
	}
	return ""
}

// functionConfigs returns all functions as they are registered at u, sorted.
func (a *App) functionConfigs(u url.URL) []json.RawMessage {
	all := a.Functions()
	configs := make([]json.RawMessage, len(all))
	for i, f := range all {
		configs[i] = configAt(f, u)
	}
	return configs
}

// configAt returns a function's configuration with the address of its calls. The
// rest is kept byte for byte.
func configAt(f *call.Function, u url.URL) json.RawMessage {
	query := u.Query()
	query.Set(wire.QueryFunctionID, f.ID)
	query.Set("step", wire.StepAny)
	u.RawQuery = query.Encode()

	var steps map[string]map[string]any
	_ = json.Unmarshal(f.Config["steps"], &steps) // the SDK's own output
	for _, step := range steps {
		step["runtime"] = map[string]any{"type": "http", "url": u.String()}
	}
	config := sdk.Config{}
	maps.Copy(config, f.Config)
	config["steps"], _ = json.Marshal(steps)
	raw, _ := json.Marshal(config)
	return raw
}

// maxReply bounds the answer to a registration, in bytes.
const maxReply = 1 << 20

// Sync is how a sync ended. Its fields are those of inngestkit.SyncHealth.
type Sync struct {
	Time  time.Time
	Error string
}

// LastSync returns the last sync since the process started, or nil.
func (a *App) LastSync() *Sync { return a.lastSync.Load() }

// synced records how a sync ended: the kind of failure, or "".
func (a *App) synced(failure string) {
	a.lastSync.Store(&Sync{time.Now().UTC(), failure})
}
