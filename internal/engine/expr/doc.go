// Package expr compiles and evaluates the expressions of triggers, waits and
// flow control: the Common Expression Language as the official Inngest server
// speaks it (SDK specification 1.3.1). The server knows a few functions besides
// CEL's own, none of CEL's extensions, and reads missing fields in its own way.
package expr
