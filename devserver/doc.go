// Package devserver is an Inngest dev server inside your own process: nothing
// to install, ready in milliseconds. It speaks the SDK protocol and the REST
// shapes of the official dev server, so apps written with any Inngest SDK can
// use it.
//
// It is for development and tests on one machine. Everything is kept in
// memory, unless Config.Dir names a folder, and it listens on loopback unless
// told otherwise. In production, use
// Inngest Cloud or a self-hosted Inngest server.
package devserver
