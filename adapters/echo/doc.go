// Package inngestecho mounts an inngestkit app in Echo v4.
//
//	import inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
//
//	e := echo.New()
//	e.Use(inngestecho.Middleware(app))
//	inngestecho.Mount(e, app) // GET, POST, PUT /api/inngest
//	e.POST("/users", func(c echo.Context) error {
//		ids, err := inngestecho.Send(c, UserRegistered.New(data))
//		if err != nil {
//			return inngestecho.Error(err)
//		}
//		return c.JSON(http.StatusCreated, map[string]string{"event": ids[0]})
//	})
//
// The adapter keeps everything in the request's context, and never keeps an
// echo.Context. Functions see the values of c.Request().Context(), not those of
// c.Set.
//
// The webhook checks a signature over the body's raw bytes. Middleware that reads
// or rewrites bodies must leave it alone; see [IsWebhook].
package inngestecho
