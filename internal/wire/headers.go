package wire

// Header names, in the canonical form net/http uses (SDK specification 4.1.1).
const (
	HeaderSDK                = "X-Inngest-Sdk"
	HeaderSignature          = "X-Inngest-Signature"
	HeaderEnv                = "X-Inngest-Env"
	HeaderPlatform           = "X-Inngest-Platform"
	HeaderFramework          = "X-Inngest-Framework"
	HeaderNoRetry            = "X-Inngest-No-Retry"
	HeaderReqVersion         = "X-Inngest-Req-Version"
	HeaderRetryAfter         = "Retry-After"
	HeaderServerKind         = "X-Inngest-Server-Kind"
	HeaderExpectedServerKind = "X-Inngest-Expected-Server-Kind"
	HeaderSyncKind           = "X-Inngest-Sync-Kind"
	HeaderSDKHandled         = "X-Inngest-Sdk-Handled"
	HeaderEventIDSeed        = "X-Inngest-Event-Id-Seed"
	HeaderRequestID          = "X-Request-Id"
	HeaderRunID              = "X-Run-Id"
	HeaderStepID             = "X-Inngest-Step-Id"
	HeaderJobID              = "X-Inngest-Job-Id"
)

// ReqVersion is the execution version in the answers of current SDKs
// (SDK specification 4.1.2).
const ReqVersion = "2"

// Query parameters of a call (SDK specification 4.4.1) and of a sync (4.3.2).
const (
	QueryFunctionID = "fnId"
	QueryStepID     = "stepId"
	QueryDeployID   = "deployId"
	QueryProbe      = "probe"

	// StepAny is the step id of a call that targets no step.
	StepAny = "step"
	// ProbeTrust is the probe value of a trust probe.
	ProbeTrust = "trust"
)

// Kinds of Inngest server (SDK specification 4.2).
const (
	ServerKindDev   = "dev"
	ServerKindCloud = "cloud"
)

// Kinds of sync, in the spelling of inngestgo v0.16.0.
const (
	SyncInBand    = "in_band"
	SyncOutOfBand = "out_of_band"
)
