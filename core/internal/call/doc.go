// Package call runs the calls of an app's functions. A call goes through
// stages, each a function that takes the result of the one before:
//
//	decode → once → hydrate → receive → run → settle
//
// [App.Decode] finds the parts of a verified request, and [Call.Serve] does the
// rest.
package call
