package doctor

// Finding is one problem.
type Finding struct {
	// Code names the kind of finding, for programs.
	Code string `json:"code"`
	// What describes the problem as it was observed.
	What string `json:"what"`
	// Why is the cause, or the consequence.
	Why string `json:"why"`
	// Fix says how to solve the problem.
	Fix string `json:"fix"`
}

// The codes of findings. docs/cli.md explains them.
const (
	CodeRefused      = "connection-refused"
	CodeHost         = "host-not-found"
	CodeTimeout      = "timeout"
	CodeClosed       = "connection-closed"
	CodeUnreachable  = "unreachable"
	CodeTLS          = "tls"
	CodeScheme       = "scheme"
	CodeRedirect     = "redirect"
	CodeNotFound     = "not-found"
	CodeMethod       = "method-not-allowed"
	CodeUnauthorized = "unauthorized"
	CodeForbidden    = "forbidden"
	CodeCSRF         = "csrf"
	CodeBodyLimit    = "body-limit"
	CodeBodyRead     = "body-read"
	CodeBodyChanged  = "body-changed"
	CodeRateLimit    = "rate-limit"
	CodeGateway      = "gateway"
	CodeServerError  = "server-error"
	CodeNotInngest   = "not-inngest"
	CodeCloudMode    = "cloud-mode"
	CodeDevMode      = "dev-mode"
	CodeNoSigningKey = "no-signing-key"
	CodeNoEventKey   = "no-event-key"
	CodeWrongKey     = "wrong-key"
	CodeClock        = "clock"
	CodeNoFunctions  = "no-functions"
	CodeServedAt     = "served-elsewhere"
	CodeNoServer     = "no-server"
	CodeVersion      = "version"
)

// The codes of the server's findings about an app that it has synced or refused.
const (
	CodeDuplicateApp      = "duplicate-app"
	CodeDuplicateFunction = "duplicate-function"
	CodeRegistration      = "registration"
)
