package devserver

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// refusedCode is the code of registrations that the engine refuses.
const refusedCode = doctor.CodeRegistration

// refusedSync is a registration that the server has refused.
type refusedSync struct {
	message string // the server's answer to the app
	url     string // the app's
	at      time.Time
	why     *doctor.Finding
}

// maxRefusals bounds the refusals, whose apps need not have shown a key.
const maxRefusals = 100

// keyRefusal returns why a registration is refused for its key, nil if it is
// not. As in Inngest Cloud, it must carry the signing key, plain or hashed.
func (s *Server) keyRefusal(r *http.Request) *doctor.Finding {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	const fix = "start the app with the server's key in INNGEST_SIGNING_KEY and without INNGEST_DEV, and set INNGEST_BASE_URL to the server's URL; or start the server without a signing key"
	switch {
	case s.engine.Authorized(token):
		return nil
	case token == "":
		return &doctor.Finding{
			Code: doctor.CodeNoSigningKey, What: "the app's registration is not signed, and this server has a signing key",
			Why: "the app is in dev mode, or has no signing key", Fix: fix,
		}
	}
	return &doctor.Finding{
		Code: doctor.CodeWrongKey, What: "the app's registration is signed with another key than the server's",
		Why: "its INNGEST_SIGNING_KEY is another key", Fix: fix,
	}
}

// refuse records the refusal of a registration for its key. An app that the
// server does not know is listed, but not asked to sync: nobody has shown that
// it is there.
func (s *syncer) refuse(req wire.SyncRequest, why *doctor.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := cut(req.AppName)
	if len(s.refused) >= maxRefusals {
		clear(s.refused)
	}
	s.refused[name] = refusedSync{why.What, req.URL, time.Now(), why}
	if _, err := doctor.ParseURL(req.URL); err != nil {
		s.log.Warn("refused an app's registration", "app", name, "what", why.What, "why", why.Why, "fix", why.Fix)
		return
	}
	a := s.first(func(a *appSync) bool { return doctor.SameEndpoint(a.URL, req.URL) })
	if a == nil {
		a = &appSync{ServerApp: doctor.ServerApp{URL: cut(req.URL), App: name, From: fromRefusal}}
		s.forgetRefused()
		s.start(a, 0)
	}
	a.CheckedAt, a.Reason = time.Now(), why
	s.report()
}

// forgetRefused makes room for one more app that is only known from a refusal.
// The caller holds the lock.
func (s *syncer) forgetRefused() {
	n := 0
	for _, a := range s.apps {
		if a.From == fromRefusal {
			n++
		}
	}
	if n >= maxRefusals {
		oldest := s.first(func(a *appSync) bool { return a.From == fromRefusal })
		s.forget(func(a *appSync) bool { return a == oldest })
	}
}

// cut bounds a text from a request that has not shown a key.
func cut(text string) string {
	const most = 500
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// registered records the result of an app's registration.
func (s *syncer) registered(req wire.SyncRequest, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused, ok := errors.AsType[*engine.RequestError](err); ok {
		s.refused[req.AppName] = refusedSync{refused.Message, req.URL, time.Now(), refusedRegistration(refused.Message)}
	} else {
		delete(s.refused, req.AppName)
	}
	if err == nil {
		s.adopt()
		s.arrived(req.AppName, req.URL)
	}
}

// refusedRegistration says that the engine refuses a registration.
func refusedRegistration(why string) *doctor.Finding {
	return &doctor.Finding{
		Code: refusedCode, What: "the server refuses the app's registration: " + why,
		Why: "a server accepts all functions of an app or none", Fix: "correct the named function in the app, and restart it",
	}
}

// refusal returns why the server itself refused the registration of a failed
// sync, nil if it did not: failure is that refusal, the app quotes it, or the app
// at the URL was refused since it was asked.
func (s *syncer) refusal(to string, asked time.Time, failure error) *doctor.Finding {
	if refused, ok := errors.AsType[*engine.RequestError](failure); ok {
		return refusedRegistration(refused.Message)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.refused {
		if strings.Contains(failure.Error(), r.message) || doctor.SameEndpoint(r.url, to) && !r.at.Before(asked) {
			return r.why
		}
	}
	return nil
}
