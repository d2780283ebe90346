// Package adaptertest tests adapters of inngestkit: it has the suite that every
// adapter passes, and a benchmark against the plain SDK. The test of an adapter
// for another framework is
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, adaptertest.Adapter{
//			Framework: "fiber",
//			Build:     build,
//			Functions: map[string]func(*inngestkit.App){"inngestfiber.Handler": func(app *inngestkit.App) { inngestfiber.Handler(app) }},
//		})
//	}
//
// The suite uses real HTTP and the real protocol.
package adaptertest
