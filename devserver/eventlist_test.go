package devserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/devserver"
)

// listedEvent is an event of GET /v1/events.
type listedEvent struct {
	InternalID string    `json:"internal_id"`
	ReceivedAt time.Time `json:"received_at"`
	Data       struct{ N int }
}

// listEvents returns the events that match a query.
func listEvents(t *testing.T, s *devserver.Server, query url.Values) []listedEvent {
	t.Helper()
	res, body := call(t, http.MethodGet, s.URL()+"/v1/events?"+query.Encode(), "")
	var page struct{ Data []listedEvent }
	if err := json.Unmarshal([]byte(body), &page); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v: got %d %s", query, res.StatusCode, body)
	}
	return page.Data
}

func TestEventPages(t *testing.T) {
	s := serve(t, devserver.Config{})
	for n := range 5 {
		send(t, s.URL(), fmt.Sprintf(`{"name":"go","data":{"n":%d}}`, n))
	}
	var pages [][]int
	for query := (url.Values{"limit": {"2"}}); ; {
		events := listEvents(t, s, query)
		if len(events) == 0 {
			break
		}
		var page []int
		for _, e := range events {
			page = append(page, e.Data.N)
			query.Set("cursor", e.InternalID)
		}
		pages = append(pages, page)
	}
	if diff := cmp.Diff([][]int{{4, 3}, {2, 1}, {0}}, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestEventsByTime(t *testing.T) {
	s := serve(t, devserver.Config{})
	for range 2 {
		send(t, s.URL(), `{"name":"go"}`)
	}
	all := listEvents(t, s, nil)
	latest := all[0].ReceivedAt.Format(time.RFC3339Nano)
	for name, c := range map[string]struct {
		query url.Values
		want  int
	}{
		"from the latest on":     {url.Values{"received_after": {latest}}, 1},
		"before the latest":      {url.Values{"received_before": {latest}}, 1},
		"after a day":            {url.Values{"received_after": {"2020-01-01"}}, 2},
		"after a time in UTC":    {url.Values{"received_after": {"2020-01-01T00:00:00"}}, 2},
		"before it all":          {url.Values{"received_before": {"2020-01-01T00:00:00Z"}}, 0},
		"after it all":           {url.Values{"received_after": {"2999-01-01T00:00:00Z"}}, 0},
		"an event that is gone":  {url.Values{"cursor": {unknownRun}}, 0},
		"an empty cursor":        {url.Values{"cursor": {""}}, 2},
		"a limit of 0":           {url.Values{"limit": {"0"}}, 2},
		"a limit below":          {url.Values{"limit": {"-1"}}, 1},
		"a limit above":          {url.Values{"limit": {"1000"}}, 2},
		"a limit that is a word": {url.Values{"limit": {"x"}}, 2},
	} {
		if got := len(listEvents(t, s, c.query)); got != c.want {
			t.Errorf("%s: got %d events, want %d", name, got, c.want)
		}
	}
	for _, parameter := range []string{"received_after", "received_before", "cursor"} {
		res, body := call(t, http.MethodGet, s.URL()+"/v1/events?"+parameter+"=junk", "")
		golden(t, "events-"+parameter, res, body)
	}
}
