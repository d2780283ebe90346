package parity

import "net/http"

// An answer of an app to the only call of a run, and the run that follows.
type outcome struct {
	answer
	status string
	output any
}

func answerScenarios() []scenario {
	failed := func(name, message string) any { return map[string]any{"name": name, "message": message} }
	return []scenario{{
		name:  "answers",
		shows: "status 200 completes the run with the body as its output; every other status except 206 fails the call, with the error in the body",
		play: func(k *kit) {
			k.answered(map[string]outcome{
				"json":   {answer{status: 200, body: `{"a":1}`}, "Completed", map[string]any{"a": 1}},
				"string": {answer{status: 200, body: `"s"`}, "Completed", "s"},
				"null":   {answer{status: 200, body: `null`}, "Completed", nil},
				"empty":  {answer{status: 200}, "Completed", nil},
				"500":    {answer{status: 500, body: `{"name":"N","message":"M"}`}, "Failed", failed("N", "M")},
				"400":    {answer{status: 400, body: `{"name":"N","message":"M"}`}, "Failed", failed("N", "M")},
				"410":    {answer{status: 410, body: `{"name":"N","message":"M"}`}, "Failed", failed("N", "M")},
				"quoted": {answer{status: 500, body: `"{\"name\":\"N\",\"message\":\"M\"}"`}, "Failed", failed("N", "M")},
			})
		},
	}, {
		name:    "answers without an error",
		shows:   "a failed call whose body is not an error fails the run as well",
		differs: "with ours the run's output always has the shape of an error; with the official server it is the body, or a text of the server",
		play: func(k *kit) {
			k.answered(map[string]outcome{
				"text":  {answer{status: 500, body: `boom`}, "Failed", pick[any](k, failed("Error", "boom"), "boom")},
				"other": {answer{status: 500, body: `{"error":"E"}`}, "Failed", pick(k, failed("Error", `{"error":"E"}`), any(map[string]any{"error": "E"}))},
				"empty": {answer{status: 500}, "Failed", pick[any](k, failed("Error", "the app answered with status 500 and no message"), "invalid status code: 500")},
			})
		},
	}, {
		name:    "foreign answers",
		shows:   "an answer without the header of an SDK fails the call, whatever its status",
		differs: "with ours the run's output says why no SDK may have answered; with the official server it is the answer's body",
		play: func(k *kit) {
			k.answered(map[string]outcome{
				"200":  {answer{status: 200, body: `{"a":1}`, foreign: true}, "Failed", ignored},
				"404":  {answer{status: 404, body: `404 page not found`, foreign: true}, "Failed", ignored},
				"502":  {answer{status: 502, body: `bad gateway`, foreign: true}, "Failed", ignored},
				"page": {answer{status: 200, body: `<html>hi</html>`, foreign: true}, "Failed", ignored},
			})
			r := k.fails("page")
			equal(k, "the output", pick(k, any(r.failureName()), r.value()), any(pick(k, "NotAnSDK", "<html>hi</html>")))
		},
	}, {
		name:    "redirects",
		shows:   "an app that answers a call with a redirect",
		differs: "ours fails the call and names the target; the official server follows the redirect, for a 301 or 302 with a GET that does not call the function",
		play: func(k *kit) {
			k.raw(0, map[string]func(int) answer{"moved": func(call int) answer {
				if call == 0 {
					to := "/api/elsewhere?step=step&fnId=" + k.app + "-moved"
					return answer{status: http.StatusTemporaryRedirect, header: map[string]string{"Location": to}}
				}
				return answer{status: http.StatusOK, body: `"followed"`}
			}})
			r := k.runs(k.send("moved", nil), 1)[0]
			equal(k, "the run's status", r.Status, pick(k, "Failed", "Completed"))
			if name := pick(k, "Redirected", ""); name != "" {
				equal(k, "the error", r.failure(k).Name, name)
			}
		},
	}, {
		name:  "unreadable steps",
		shows: "status 206 without a list of steps, or with an unknown kind of step, fails the run",
		play: func(k *kit) {
			k.answered(map[string]outcome{
				"text":       {answer{status: 206, body: `oops`}, "Failed", ignored},
				"null":       {answer{status: 206, body: `null`}, "Failed", ignored},
				"unknown":    {answer{status: 206, body: `[{"id":"a","op":"Nonsense"}]`}, "Failed", ignored},
				"not.found":  {answer{status: 206, body: `[{"id":"a","op":"StepNotFound"}]`}, "Failed", ignored},
				"expression": {answer{status: 206, body: `[{"id":"a","op":"WaitForEvent","opts":{"event":"x","timeout":"1s","if":"event.("}}]`}, "Failed", ignored},
			})
		},
	}}
}

// ignored is an output whose text the server chooses.
const ignored = "any"

// answered plays a run against each answer.
func (k *kit) answered(outcomes map[string]outcome) {
	k.Helper()
	answers, sent := map[string]func(int) answer{}, map[string]string{}
	for name, o := range outcomes {
		answers[name] = func(int) answer { return o.answer }
	}
	k.raw(0, answers)
	for name := range outcomes {
		sent[name] = k.send(name, nil)
	}
	for name, o := range outcomes {
		r := k.runs(sent[name], 1)[0]
		equal(k, name+": the run's status", r.Status, o.status)
		if o.output != ignored {
			equal(k, name+": the run's output", r.value(), normal(k, o.output))
		}
	}
}
