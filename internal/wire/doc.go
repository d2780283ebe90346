// Package wire is the Inngest SDK protocol as data: header names, call requests, op
// codes, memoised steps, the sync payload, step-id hashing and the limits of
// Inngest. It does not depend on HTTP handlers, engines or apps, so both ends of the
// protocol in this repository use it.
//
// The shapes come from the public SDK specification (SDK_SPEC.md in
// inngest/inngest). Comments name its sections.
package wire
