package wire

import "time"

// Every limit of Inngest that this module knows stands here, once. Each block
// names its source. "Server" is the official server, github.com/inngest/inngest
// v1.19.3, with the constant or the function that checks the limit; a maximum
// is the largest value that passes.

// Limits on events. Source: pkg/consts and pkg/event of the server, and
// Inngest's published usage limits.
const (
	// MaxEventBytes bounds one event as JSON (DefaultMaxEventSize).
	MaxEventBytes = 512 << 10
	// MaxRequestBytes bounds the body of a request that sends events
	// (AbsoluteMaxEventSize).
	MaxRequestBytes = 3 << 20
	// MaxRequestEvents is the number of events that one request may send
	// (MaxEvents).
	MaxRequestEvents = 5000
	// MinEventTime and MaxEventTime bound an event's timestamp, in milliseconds
	// since 1970: the start of 1980, which catches seconds sent for
	// milliseconds, and the start of 2100, which catches microseconds
	// (Event.Validate).
	MinEventTime = 315532800_000
	MaxEventTime = 4102444800_000
)

// Limits on triggers, checked at sync. Source: pkg/inngest/trigger.go and
// pkg/consts of the server.
const (
	// MaxTriggers is the number of triggers of one function (MaxTriggers).
	MaxTriggers = 10
	// MaxEventNameBytes bounds the name of an event that a trigger names
	// (MaxEventNameLength).
	MaxEventNameBytes = 255
	// MaxCronBytes bounds the text of a schedule (MaxCronLength).
	MaxCronBytes = 255
	// MinCronJitter and MaxCronJitter bound the jitter of a schedule that has one
	// (MinCronJitter, MaxCronJitter).
	MinCronJitter = time.Second
	MaxCronJitter = 5 * time.Minute
)

// Limits on a function's configuration, checked at sync. Source: pkg/consts and
// pkg/inngest of the server, where the comment names no other.
const (
	// MaxIDBytes bounds the id of an app or a function. The server states no
	// bound; this one is this module's own.
	MaxIDBytes = 128

	// DefaultRetries is the number of retries after the first attempt of a
	// function that names none (DefaultRetryCount). SDK specification 4.3.2
	// says one less.
	DefaultRetries = 4
	// MaxRetries is the number of retries that a function may name
	// (MaxRetries).
	MaxRetries = 20

	// MaxCancellations is the number of events that may cancel a function's
	// runs (MaxCancellations).
	MaxCancellations = 5

	// MaxConcurrencyLimits is the number of concurrency limits on a function's
	// steps (MaxConcurrencyLimits).
	MaxConcurrencyLimits = 2
	// MaxRunConcurrencyLimits is the number of concurrency limits on a
	// function's runs (ConcurrencyLimits.Validate).
	MaxRunConcurrencyLimits = 1

	// MinBatchEvents is the smallest size of a batch (EventBatchConfig.IsValid),
	// and MaxBatchEvents the largest (DefaultBatchSizeLimit, checked by Inngest
	// Cloud alone).
	MinBatchEvents = 2
	MaxBatchEvents = 100
	// MinBatchTimeout is the shortest wait for a batch to fill
	// (EventBatchConfig.IsValid), and MaxBatchTimeout the longest
	// (DefaultBatchTimeout, checked by Inngest Cloud alone).
	MinBatchTimeout = time.Second
	MaxBatchTimeout = time.Minute

	// MinDebouncePeriod and MaxDebouncePeriod bound the period of a debounce
	// (MinDebouncePeriod, MaxDebouncePeriod).
	MinDebouncePeriod = time.Second
	MaxDebouncePeriod = 7 * 24 * time.Hour

	// MinThrottlePeriod is the shortest period of a throttle (Inngest's
	// documentation; the server takes shorter ones). It has no maximum.
	MinThrottlePeriod = time.Second

	// MinRateLimitPeriod is the shortest period of a rate limit (Inngest's
	// documentation; the server takes shorter ones), and MaxRateLimitPeriod the
	// longest (RateLimit.IsValid).
	MinRateLimitPeriod = time.Second
	MaxRateLimitPeriod = 24 * time.Hour

	// MaxPrioritySeconds is how far a priority moves a run forward or back, in
	// seconds (SDK specification 4.3.2). Larger numbers count as this one.
	MaxPrioritySeconds = 600
)

// Limits on runs. Source: pkg/consts of the server, where the comment names no
// other.
const (
	// MaxSteps is the number of steps of one run (DefaultMaxStepLimit).
	MaxSteps = 1000
	// MaxStepBytes bounds the output of one step (MaxStepOutputSize).
	MaxStepBytes = 4 << 20
	// MaxStateBytes bounds the outputs of all steps of a run together
	// (DefaultMaxStateSizeLimit).
	MaxStateBytes = 32 << 20
	// MaxCallBytes bounds the events and steps that a call carries in its body;
	// the app fetches larger ones (MaxSDKRequestBodySize).
	MaxCallBytes = 4 << 20
	// MaxAnswerBytes bounds the body of an app's answer to a call
	// (MaxSDKResponseBodySize).
	MaxAnswerBytes = 8 << 20
	// MaxCallDuration bounds one call (MaxFunctionTimeout).
	MaxCallDuration = 2 * time.Hour

	// MaxSleep bounds a sleep, and the timeout of a wait (measured on the
	// official server).
	MaxSleep = 366 * 24 * time.Hour

	// IdempotencyPeriod is how long an event's id, and the value of a function's
	// idempotency key, start no second run (FunctionIdempotencyPeriod).
	IdempotencyPeriod = 24 * time.Hour
	// MaxPause is how long runs of a paused function are held before they are
	// cancelled (Inngest's documentation).
	MaxPause = 7 * 24 * time.Hour
)
