package engine

// Limits of a run (Inngest's published usage limits).
const (
	// MaxSteps is how many steps a run may have.
	MaxSteps = 1000
	// MaxStepBytes bounds the output of one step.
	MaxStepBytes = 4 << 20
	// MaxStateBytes bounds the outputs of all steps of a run together.
	MaxStateBytes = 32 << 20

	// DefaultSendBytes is how large a call's events and steps may be together
	// and still be sent with it; larger ones the app fetches.
	DefaultSendBytes = 4 << 20

	// maxAnswerBytes bounds what is read of an answer: a full state and the
	// JSON around it.
	maxAnswerBytes = MaxStateBytes + 1<<20
)
