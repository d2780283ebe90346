// Package inngestgin mounts an inngestkit app in Gin.
//
//	import inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
//
//	r := gin.Default()
//	r.Use(inngestgin.Middleware(app))
//	inngestgin.Mount(r, app) // GET, POST, PUT /api/inngest
//	r.POST("/users", func(c *gin.Context) {
//		ids, err := inngestgin.Send(c, UserRegistered.New(data))
//		if err != nil {
//			inngestgin.Abort(c, err)
//			return
//		}
//		c.JSON(http.StatusCreated, gin.H{"event": ids[0]})
//	})
//
// The adapter keeps everything in the request's context, and never keeps a
// *gin.Context. Functions see the values of c.Request.Context(), not those of
// c.Set.
//
// The webhook checks a signature over the body's raw bytes. Middleware that reads
// or rewrites bodies must leave it alone; see [IsWebhook].
package inngestgin
