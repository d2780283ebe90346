// Package adaptertest is the one suite that every adapter of inngestkit
// passes, and the benchmark that holds an adapter to the plain SDK. An adapter
// for another framework proves itself with
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, adaptertest.Adapter{Framework: "fiber", Build: build})
//	}
//
// Everything goes over real HTTP and the real protocol.
package adaptertest
