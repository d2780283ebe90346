// Package parity holds the suite that proves the dev server to behave as the
// official one does. Each scenario is an app and the events it is sent, over
// real HTTP and in real time, and is played against a server that is known by
// its URL alone: always against our own, and against the official dev server
// if one is running and named:
//
//	inngest dev --no-discovery --no-poll --retry-interval 1
//	INNGEST_DEV_SERVER_URL=http://127.0.0.1:8288 go test ./devserver/parity
//
// What is asserted is the same for both. Where they differ on purpose, the
// scenario says so and asserts what each does. The scenarios and the
// differences are the table of docs/devserver.md, which
// go test ./devserver/parity -update rewrites.
package parity
