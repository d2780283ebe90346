// Package parity holds the suite that compares the dev server with the official
// one. Each scenario is an app and the events that it receives, over real HTTP
// and in real time. It plays against a server that is known only by its URL:
// always against ours, and against the official dev server if its URL is set:
//
//	inngest dev --no-discovery --no-poll --retry-interval 1
//	INNGEST_DEV_SERVER_URL=http://127.0.0.1:8288 go test ./devserver/parity
//
// The assertions are the same for both. Where the servers differ on purpose, the
// scenario says so, and asserts the behaviour of each. The scenarios and the
// differences are the table of docs/devserver.md, which
// go test ./devserver/parity -update rewrites.
package parity
