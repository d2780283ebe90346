package inngestkit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// functionConfig is a function as the SDK registers it. All but the address
// that its calls go to is kept byte for byte.
type functionConfig map[string]json.RawMessage

// put syncs the app: in band, by answering a signed request with the
// registration, or out of band, by sending it to Inngest
// (SDK specification 4.3).
func (h *webhook) put(w http.ResponseWriter, r *http.Request) answer {
	if signatureOf(r) != "" && h.settings.SigningKey != "" {
		return h.syncInBand(w, r)
	}
	if !h.settings.dev() && !h.settings.AllowUnsignedSync {
		h.settings.Logger.Warn("inngestkit: refused an unsigned sync; set Config.AllowUnsignedSync if a deploy script should be able to trigger one")
		return *unauthorized()
	}
	u, err := h.publicURL(r)
	if err != nil {
		return h.syncFailed(http.StatusBadRequest, err)
	}
	reply, err := h.register(r.Context(), u, r.URL.Query().Get(wire.QueryDeployID), r.Header.Get(wire.HeaderServerKind), h.framework)
	if err != nil {
		return h.syncFailed(http.StatusInternalServerError, err)
	}
	a := syncAnswer(http.StatusOK, wire.SyncReply{Message: "Successfully synced.", Modified: reply.Modified})
	a.header = http.Header{wire.HeaderSyncKind: {wire.SyncOutOfBand}}
	return a
}

// syncFailed logs why an unsigned sync failed. Only a developer's machine is
// told: the reason names servers.
func (h *webhook) syncFailed(status int, err error) answer {
	h.settings.Logger.Error("inngestkit: sync failed", "error", err.Error())
	if h.settings.dev() {
		return syncAnswer(status, wire.SyncReply{Message: err.Error()})
	}
	return syncAnswer(status, wire.SyncReply{Message: "The sync failed; the app's log says why."})
}

func syncAnswer(status int, reply wire.SyncReply) answer {
	body, _ := json.Marshal(reply) // strings always marshal
	return answer{status: status, body: body}
}

// Sync registers the app with Inngest under the given URL of its webhook, as
// a deploy script would by a PUT on it. ServeOrigin and ServePath win over
// the URL's own.
func (a *App) Sync(ctx context.Context, webhookURL string) error {
	u, err := url.Parse(webhookURL)
	if err != nil || u.Host == "" {
		return fmt.Errorf("inngestkit: %q is not the URL of a webhook; write one such as http://127.0.0.1:8080/api/inngest", webhookURL)
	}
	var framework string
	if mounted := a.framework.Load(); mounted != nil {
		framework = *mounted
	}
	_, err = a.register(ctx, a.reportedURL(*u), "", "", framework)
	return err
}

func (h *webhook) syncInBand(w http.ResponseWriter, r *http.Request) answer {
	if refusal := h.glance(r); refusal != nil {
		return *refusal
	}
	body, refusal := h.read(w, r)
	if refusal != nil {
		return *refusal
	}
	key, refusal := h.verifySigned(r, body)
	if refusal != nil {
		return *refusal
	}
	var in wire.InBandSyncRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return *h.malformed(r, "BadSync", "the body is not a sync request")
	}
	u, err := url.Parse(in.URL)
	if err != nil || u.Host == "" {
		return *h.malformed(r, "BadSync", "the sync request's url is not absolute")
	}
	reported := h.reportedURL(*u)
	reply, err := json.Marshal(wire.InBandSyncReply{
		AppID: h.settings.AppID, AppVersion: h.settings.AppVersion,
		Env: optional(h.settings.Env), Framework: optional(h.framework), Platform: optional(platform()),
		Functions: h.functionConfigs(reported), Inspection: h.inspection(),
		SDKAuthor: inngestgo.SDKAuthor, SDKLanguage: inngestgo.SDKLanguage, SDKVersion: inngestgo.SDKVersion,
		URL: reported.String(),
	})
	if err != nil {
		return *failure(http.StatusInternalServerError, "Error", "the registration could not be written")
	}
	a := signed(key, reply)
	a.header.Set(wire.HeaderSyncKind, wire.SyncInBand)
	h.synced("")
	return a
}

// register sends the registration, with the fallback key if the first is
// refused.
func (a *App) register(ctx context.Context, u url.URL, deployID, serverKind, framework string) (wire.SyncReply, error) {
	s := a.settings
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
	request := apiRequest{method: http.MethodPost, url: target, header: http.Header{}, body: body, limit: maxReply}
	if serverKind != "" {
		request.header.Set(wire.HeaderExpectedServerKind, serverKind)
	}
	status, raw, err := a.callAPI(ctx, request)
	if err != nil {
		a.synced("the Inngest server cannot be reached")
		return wire.SyncReply{}, fmt.Errorf("inngestkit: the Inngest server at %s cannot be reached: %w", s.APIBaseURL, bare(err))
	}
	var reply wire.SyncReply
	_ = json.Unmarshal(raw, &reply) // an error answer need not be JSON
	if status != http.StatusOK {
		a.synced(fmt.Sprintf("the Inngest server refused the sync with status %d", status))
		reason := firstOf(reply.Error, reply.Message, http.StatusText(status))
		return reply, fmt.Errorf("inngestkit: the Inngest server at %s refused the sync with status %d: %s%s", s.APIBaseURL, status, reason, a.placeIn(reason))
	}
	a.synced("")
	return reply, nil
}

// placeIn says where the function that a server's words name is declared, if
// they name one.
func (a *App) placeIn(reason string) string {
	var named *function
	for _, f := range a.sorted() {
		if strings.Contains(reason, f.fullID) && (named == nil || len(f.fullID) > len(named.fullID)) {
			named = f
		}
	}
	if named == nil {
		return ""
	}
	return fmt.Sprintf("\nit is about %s", named.spec.where())
}

// platform names the host as inngestgo v0.16.0 does.
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

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// functionConfigs are all functions as they are registered at u, sorted.
func (a *App) functionConfigs(u url.URL) []json.RawMessage {
	all := a.sorted()
	configs := make([]json.RawMessage, len(all))
	for i, f := range all {
		configs[i] = f.configAt(u)
	}
	return configs
}

func (f *function) configAt(u url.URL) json.RawMessage {
	query := u.Query()
	query.Set(wire.QueryFunctionID, f.fullID)
	query.Set("step", wire.StepAny)
	u.RawQuery = query.Encode()

	var steps map[string]map[string]any
	_ = json.Unmarshal(f.config["steps"], &steps) // the SDK's own output
	for _, step := range steps {
		step["runtime"] = map[string]any{"type": "http", "url": u.String()}
	}
	config := functionConfig{}
	maps.Copy(config, f.config)
	config["steps"], _ = json.Marshal(steps)
	raw, _ := json.Marshal(config)
	return raw
}
