package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/inngestkit/inngestkit/internal/signature"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// inspect asks the app for its description. It returns false if further requests
// would show nothing new.
func (e *examination) inspect(ctx context.Context) bool {
	get := request{method: http.MethodGet, key: e.SigningKey}
	a, err := e.send(ctx, get)
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil:
		e.found(unreachable(e.URL, get, err))
		return false
	case !a.bySDK() && a.header.Get(wire.HeaderServerKind) != "":
		e.found(Finding{
			CodeNotInngest, "an Inngest server answers at " + e.URL.Host + ", not an app", "the URL is the server's, where apps sync and events go",
			"use the URL at which the app's webhook is mounted, such as http://127.0.0.1:8080/api/inngest",
		})
		return false
	case !a.bySDK() && a.status == http.StatusNotFound:
		e.found(e.notFound(ctx))
		return false
	case !a.bySDK():
		f := e.refused(get, a)
		e.found(f)
		return f.Code != CodeScheme && f.Code != CodeNotInngest && f.Code != CodeRedirect && f.Code != CodeGateway
	case a.status == http.StatusUnauthorized:
		e.found(e.unsigned(a))
	case a.status == http.StatusOK:
		e.described(a)
	}
	return true
}

// described reads the app's description of itself.
func (e *examination) described(a answer) {
	var in wire.Inspection
	in.PrivateInspection = &wire.PrivateInspection{}
	if json.Unmarshal(a.body, &in) != nil || in.Mode == "" {
		e.found(Finding{
			CodeVersion, "the app answers a GET, but not in the form of schema version " + wire.InspectionSchema,
			"its SDK is older or newer than this tool knows, so its mode is unknown",
			"use a release of its SDK that follows SDK specification 4.5; the Go SDK does from v0.7",
		})
		return
	}
	private := in.PrivateInspection
	e.report.App = &App{
		ID: private.AppID, Mode: in.Mode, SDK: a.header.Get(wire.HeaderSDK),
		Framework: a.header.Get(wire.HeaderFramework), Functions: in.FunctionCount,
	}
	e.judgeMode(in)
	e.judgeVersion(in.SchemaVersion, a.header.Get(wire.HeaderReqVersion))
	if in.FunctionCount == 0 {
		e.found(Finding{
			CodeNoFunctions, "the app has no functions", "nothing was registered before the webhook was mounted",
			"call app.Register with your functions, and look at the error that it returns",
		})
	}
	e.judgeAddress(private)
}

func (e *examination) judgeMode(in wire.Inspection) {
	switch {
	case in.Mode == wire.ServerKindDev && e.SigningKey != "":
		e.found(Finding{
			CodeDevMode, "the app is in dev mode, and a signing key was given",
			"in dev mode it does not check signatures, so signed requests prove nothing",
			"to rehearse cloud mode, start it without INNGEST_DEV, and with INNGEST_SIGNING_KEY; otherwise omit the key here",
		})
	case in.Mode == wire.ServerKindCloud && !in.HasSigningKey:
		e.found(noSigningKey())
	case in.Mode == wire.ServerKindCloud && !in.HasEventKey:
		e.found(Finding{
			CodeNoEventKey, "the app is in cloud mode and has no event key", "it cannot send events",
			"set INNGEST_EVENT_KEY where it is started",
		})
	}
}

func noSigningKey() Finding {
	return Finding{
		CodeNoSigningKey, "the app is in cloud mode and has no signing key", "it refuses every call",
		"set INNGEST_SIGNING_KEY where it is started, or INNGEST_DEV=1 on a developer's machine",
	}
}

func (e *examination) judgeVersion(schema, request string) {
	if schema != wire.InspectionSchema {
		e.found(Finding{
			CodeVersion, fmt.Sprintf("the app's schema version is %q, and this tool knows %q", schema, wire.InspectionSchema),
			"its description may have another meaning", "use releases of the SDK and of inngestkit from the same time",
		})
	}
	if n, err := strconv.Atoi(request); request != "" && (err != nil || n > newestRequest) {
		e.found(Finding{
			CodeVersion, fmt.Sprintf("the app answers with request version %q, and this tool knows versions up to %d", request, newestRequest),
			"its answers to calls may be misread (SDK specification 4.1.2)", "use a newer release of inngestkit",
		})
	}
}

// newestRequest is wire.ReqVersion as a number.
var newestRequest, _ = strconv.Atoi(wire.ReqVersion)

// judgeAddress compares the address that the app reports with the URL.
func (e *examination) judgeAddress(in *wire.PrivateInspection) {
	at := *e.URL
	at.User, at.RawQuery, at.Fragment = nil, "", ""
	served := at
	if in.ServeOrigin != nil && *in.ServeOrigin != "" {
		o, err := ParseURL(*in.ServeOrigin)
		if err != nil {
			return
		}
		served.Scheme, served.Host = o.Scheme, o.Host
	}
	if in.ServePath != nil && *in.ServePath != "" {
		served.Path, served.RawPath = *in.ServePath, ""
	}
	if served.String() == at.String() {
		return
	}
	e.found(Finding{
		CodeServedAt, fmt.Sprintf("the app tells Inngest to call %s, but answers at %s", &served, &at),
		"INNGEST_SERVE_ORIGIN or INNGEST_SERVE_PATH sets that address, and calls go there",
		"unset them on a developer's machine, or set them to an address that the server can reach",
	})
}

// unsigned explains why an SDK refuses the GET: it is in cloud mode.
func (e *examination) unsigned(a answer) Finding {
	if e.SigningKey == "" {
		return Finding{
			CodeCloudMode, "the app is in cloud mode: it accepts only signed requests",
			"INNGEST_DEV is not set where it was started, and only requests signed with its key are answered",
			fmt.Sprintf("start it with INNGEST_DEV=%s, or give its signing key here as well", e.Server),
		}
	}
	if at, err := http.ParseTime(a.header.Get("Date")); err == nil {
		if skew := time.Since(at).Round(time.Second); skew.Abs() > signature.MaxAge {
			return Finding{
				CodeClock, fmt.Sprintf("the app's clock and this machine's are %s apart", skew.Abs()),
				fmt.Sprintf("a signature expires after %s", signature.MaxAge), "set the clocks, for instance by NTP",
			}
		}
	}
	return Finding{
		CodeWrongKey, "the app refuses requests that are signed with the given key", "its INNGEST_SIGNING_KEY is another key, or is not set",
		"copy the key whole, with its signkey- prefix and without quotes, to both sides",
	}
}

// judgeCall explains an SDK's answer to the call of an unknown function.
func (e *examination) judgeCall(a answer) *Finding {
	var reply wire.CallError
	_ = json.Unmarshal(a.body, &reply) // the body may be anything
	var f Finding
	switch {
	case a.status == http.StatusRequestEntityTooLarge:
		f = sdkLimit()
	case reply.Name == "NotConfigured":
		f = noSigningKey()
	case reply.Name == "BodyConsumed", a.mentions("unexpected end of json input"), a.mentions("body is empty"):
		f = Finding{
			CodeBodyRead, "the body of a call is gone before it reaches the Inngest handler",
			"middleware has read the body and not restored it", exempt,
		}
	case a.status == http.StatusUnauthorized && e.SigningKey != "" && e.report.App != nil:
		f = Finding{
			CodeBodyChanged, "the app accepts a signed GET but refuses a signed POST",
			"middleware before the Inngest handler changes the body, which the signature covers", exempt,
		}
	default:
		return nil
	}
	return &f
}

func sdkLimit() Finding {
	return Finding{
		CodeBodyLimit, "the app refuses calls of 4 MiB", "Inngest sends a run's events and steps with each call, up to that size",
		"raise Config.MaxBodyBytes, or leave it at its default",
	}
}
