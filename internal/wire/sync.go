package wire

import "encoding/json"

// SyncRequest registers an app (SDK specification 4.3.2). Functions have the exact
// JSON of the SDK.
type SyncRequest struct {
	URL          string            `json:"url"`
	V            string            `json:"v"`
	DeployType   string            `json:"deployType"`
	SDK          string            `json:"sdk"`
	AppName      string            `json:"appName"`
	AppVersion   string            `json:"appVersion,omitempty"`
	Framework    string            `json:"framework"`
	Functions    []json.RawMessage `json:"functions"`
	Headers      SyncHeaders       `json:"headers"`
	Capabilities Capabilities      `json:"capabilities"`
	// Events are examples of the app's events. inngestkit sends them for its dev
	// server; other servers ignore them.
	Events []EventExample `json:"inngestkit_events,omitempty"`
}

// EventExample is an example of an event.
type EventExample struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// SyncHeaders says where an app runs.
type SyncHeaders struct {
	Env      string `json:"env"`
	Platform string `json:"platform"`
}

// Capabilities are the protocol extensions an app understands.
type Capabilities struct {
	InBandSync string `json:"in_band_sync"`
	TrustProbe string `json:"trust_probe"`
}

// SyncReply is a server's answer to a SyncRequest, and an app's answer to the PUT that
// asked for the sync (SDK specification 4.3.3 and 4.3.4).
type SyncReply struct {
	OK       bool   `json:"ok,omitempty"`
	Modified bool   `json:"modified"`
	Message  string `json:"message,omitempty"`
	Error    string `json:"error,omitempty"`
}

// InBandSyncRequest is the body of a signed PUT.
type InBandSyncRequest struct {
	URL string `json:"url"`
}

// InBandSyncReply is the answer to a signed PUT: the registration itself.
type InBandSyncReply struct {
	AppID       string            `json:"app_id"`
	AppVersion  string            `json:"app_version,omitempty"`
	Env         *string           `json:"env"`
	Framework   *string           `json:"framework"`
	Functions   []json.RawMessage `json:"functions"`
	Inspection  Inspection        `json:"inspection"`
	Platform    *string           `json:"platform"`
	SDKAuthor   string            `json:"sdk_author"`
	SDKLanguage string            `json:"sdk_language"`
	SDKVersion  string            `json:"sdk_version"`
	URL         string            `json:"url"`
}

// InspectionSchema is the version of Inspection.
const InspectionSchema = "2024-05-24"

// Inspection is an app's answer to a GET (SDK specification 4.5). Callers without a
// valid signature get no PrivateInspection.
type Inspection struct {
	SchemaVersion           string `json:"schema_version"`
	AuthenticationSucceeded *bool  `json:"authentication_succeeded"`
	FunctionCount           int    `json:"function_count"`
	HasEventKey             bool   `json:"has_event_key"`
	HasSigningKey           bool   `json:"has_signing_key"`
	HasSigningKeyFallback   bool   `json:"has_signing_key_fallback"`
	Mode                    string `json:"mode"`

	*PrivateInspection
}

// PrivateInspection is the part of an Inspection for callers with a valid signature.
type PrivateInspection struct {
	APIOrigin              string       `json:"api_origin"`
	AppID                  string       `json:"app_id"`
	Capabilities           Capabilities `json:"capabilities"`
	Env                    *string      `json:"env"`
	EventAPIOrigin         string       `json:"event_api_origin"`
	EventKeyHash           *string      `json:"event_key_hash"`
	Framework              string       `json:"framework"`
	SDKLanguage            string       `json:"sdk_language"`
	SDKVersion             string       `json:"sdk_version"`
	ServeOrigin            *string      `json:"serve_origin"`
	ServePath              *string      `json:"serve_path"`
	SigningKeyFallbackHash *string      `json:"signing_key_fallback_hash"`
	SigningKeyHash         *string      `json:"signing_key_hash"`
}

// FunctionConfig is the part of a function in SyncRequest.Functions that the embedded
// engine reads.
type FunctionConfig struct {
	ID       string                `json:"id"`
	Name     string                `json:"name"`
	Triggers []Trigger             `json:"triggers"`
	Steps    map[string]StepConfig `json:"steps"`

	FlowControl
}

// Trigger is an event or a cron schedule that starts a function.
type Trigger struct {
	Event      string `json:"event,omitempty"`
	Expression string `json:"expression,omitempty"`
	Cron       string `json:"cron,omitempty"`
	Jitter     string `json:"jitter,omitempty"`
}

// StepConfig has a function's URL and its number of retries.
type StepConfig struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Runtime struct {
		URL string `json:"url"`
	} `json:"runtime"`
	Retries *struct {
		Attempts int `json:"attempts"`
	} `json:"retries"`
}

// URL returns the URL of calls of the function, with its query parameters.
func (f FunctionConfig) URL() string { return f.Steps[StepAny].Runtime.URL }
