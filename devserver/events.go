package devserver

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func (s *Server) postEvents(w http.ResponseWriter, r *http.Request) {
	if key := s.cfg.EventKey; key != "" && subtle.ConstantTimeCompare([]byte(r.PathValue("key")), []byte(key)) != 1 {
		writeEventError(w, &engine.RequestError{Status: http.StatusUnauthorized, Message: "the event key is not valid"})
		return
	}
	body, status, err := bodyOf(w, r, maxEventBody)
	if err != nil {
		writeEventError(w, &engine.RequestError{Status: status, Message: err.Error()})
		return
	}
	events, err := engine.ParseEvents(body)
	if err != nil {
		writeEventError(w, err)
		return
	}
	ids, err := s.engine.Send(r.Header.Get(wire.HeaderEventIDSeed), events...)
	if err != nil {
		writeEventError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, wire.SendReply{IDs: ids, Status: http.StatusOK})
}

// writeEventError writes an error in the event API's frame, which has a list of
// ids.
func writeEventError(w http.ResponseWriter, err error) {
	status, message := refusal(w, err)
	writeJSON(w, status, wire.SendReply{IDs: []string{}, Status: status, Error: message})
}

// apiEvent is an event in the REST API.
type apiEvent struct {
	InternalID    string          `json:"internal_id"`
	AccountID     string          `json:"account_id"`
	EnvironmentID string          `json:"environment_id"`
	Source        string          `json:"source"`
	SourceID      *string         `json:"source_id"`
	ReceivedAt    time.Time       `json:"received_at"`
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	Data          json.RawMessage `json:"data"`
	User          json.RawMessage `json:"user,omitempty"`
	TS            int64           `json:"ts"`
	Version       string          `json:"v,omitempty"`
}

// noID replaces the ids of accounts and environments, which only a hosted server
// has.
const noID = "00000000-0000-0000-0000-000000000000"

func newAPIEvent(ev engine.Event) apiEvent {
	out := apiEvent{
		InternalID: ev.InternalID, AccountID: noID, EnvironmentID: noID, ReceivedAt: ev.ReceivedAt.UTC(),
		ID: ev.ID, Name: ev.Name, Data: ev.Data, TS: ev.TS, Version: ev.Version,
	}
	if string(ev.User) != "{}" {
		out.User = ev.User
	}
	return out
}

func (s *Server) getEvent(w http.ResponseWriter, r *http.Request) {
	ev, err := s.engine.Event(r.PathValue("id"))
	if err != nil {
		writeFailureOf(w, err, noSuchEvent)
		return
	}
	writeData(w, newAPIEvent(ev))
}

func (s *Server) getEventRuns(w http.ResponseWriter, r *http.Request) {
	runs, err := s.engine.EventRuns(r.PathValue("id"))
	if err != nil {
		writeFailureOf(w, err, noSuchEvent)
		return
	}
	out := []apiRun{}
	for _, run := range runs {
		out = append(out, newAPIRun(run))
	}
	writeData(w, out)
}
