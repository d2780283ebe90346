// Package inngestkit runs Inngest durable functions inside Go web
// applications. It is the same in every framework: the app and its
// configuration, validated events, functions, the sender and the webhook
// handler. The adapters inngestgin, inngestecho and inngesthttp mount the
// handler and carry the sender in a request's context.
//
// It is built on the official SDK, github.com/inngest/inngestgo: functions
// stay plain inngestgo functions and use its step and group packages. This
// package adds validation at every border, a webhook that answers with a
// retriable error where the SDK would report work as finished that never ran,
// a sender with typed errors, and one place for configuration.
//
//	var UserRegistered = inngestkit.DefineEvent[UserRegisteredData]("user.registered")
//
//	app, err := inngestkit.New(inngestkit.Config{AppID: "shop"})
//	err = app.Register(inngestkit.NewFunction(
//		inngestgo.FunctionOpts{ID: "send-welcome-email"},
//		UserRegistered.Trigger(),
//		sendWelcomeEmail,
//	))
//	http.Handle("/api/inngest", app.Handler())
package inngestkit
