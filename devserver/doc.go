// Package devserver is an Inngest dev server that runs inside your own process.
// There is nothing to install, and it is ready in milliseconds. It speaks the
// SDK protocol and the REST API of the official dev server, so apps written
// with any Inngest SDK can use it.
//
// It is for development and tests on one machine. It listens on loopback unless
// [Config.AllowRemote] is set, and holds everything in memory unless
// [Config.DataDir] names a folder. In production, use Inngest Cloud or a
// self-hosted Inngest server.
package devserver
