package inngestkit

import "github.com/inngest/inngestgo"

// ConcurrencyScope says whose steps share a concurrency limit.
type ConcurrencyScope int

// Concurrency scopes.
const (
	// ConcurrencyFunction limits the steps of one function.
	ConcurrencyFunction ConcurrencyScope = iota
	// ConcurrencyEnv limits all functions of the environment that name the same
	// key together.
	ConcurrencyEnv
	// ConcurrencyAccount limits all functions of the account that name the
	// same key together.
	ConcurrencyAccount
)

// StepConcurrency limits how many steps run at once, for
// inngestgo.ConfigConcurrency.Step. The key is a CEL expression over the event:
// each of its values has its own limit. It may be empty for
// [ConcurrencyFunction]; a limit shared by several functions needs a key, which
// may be a constant: a string in quotes, such as `"payments"`.
//
//	Concurrency: &inngestgo.ConfigConcurrency{Step: []inngestgo.ConfigStepConcurrency{
//		inngestkit.StepConcurrency(10, inngestkit.ConcurrencyFunction, "event.data.customerId"),
//	}}
//
// A limit of 0 means the account's own. [App.Register] reports mistakes.
func StepConcurrency(limit int, scope ConcurrencyScope, key string) inngestgo.ConfigStepConcurrency {
	c := inngestgo.ConfigStepConcurrency{Limit: limit, Key: optional(key)}
	setEnum(&c.Scope, int(scope))
	return c
}

// SingletonMode says which of two runs goes on where a function has one at a
// time.
type SingletonMode int

// Singleton modes.
const (
	// SingletonSkip skips a new run while one is active.
	SingletonSkip SingletonMode = iota
	// SingletonCancel cancels the active run in favour of the new one.
	SingletonCancel
)

// Singleton lets a function have only one run at a time, for
// inngestgo.FunctionOpts.Singleton. The key is a CEL expression over the event,
// such as "event.data.userId": each of its values has its own run. An empty key
// means one run in all.
func Singleton(mode SingletonMode, key string) *inngestgo.ConfigSingleton {
	s := &inngestgo.ConfigSingleton{Key: optional(key)}
	setEnum(&s.Mode, int(mode))
	return s
}

// setEnum sets a field whose type lives in the server's packages, which are
// not imported.
func setEnum[E ~int](field *E, value int) { *field = E(value) }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
