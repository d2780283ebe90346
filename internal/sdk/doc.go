// Package sdk is the bridge to inngestgo: everything this project knows about
// how that SDK behaves inside. The SDK says some things to nobody, such as
// which step is running or that a function was left on purpose. This package
// observes them by letting the SDK act, recognises them, and hands over to it
// the state of a call.
//
// Nothing outside this package names a frame, a context key, a panic value or
// an error text of the SDK; internal/rules proves that. [Trial] compares the
// SDK in use with the one that this package was written for.
package sdk
