// Package wire is the Inngest SDK protocol as data: header names, call
// requests, op codes, memoised steps, the sync payload and step-id hashing.
// It knows nothing of HTTP handlers, engines or apps, so both ends of the
// protocol in this repository speak it.
//
// The source of every shape is the public SDK specification (SDK_SPEC.md in
// inngest/inngest); sections are named beside the types.
package wire
