package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// answer is the result of a call. Exactly one of output, ops, err and memo is
// set, except that the error of an endpoint comes with its output.
type answer struct {
	output     json.RawMessage
	ops        []op
	err        *wire.CallError
	memo       json.RawMessage // of a step that a mock answered in the app's place
	noRetry    bool
	retryAfter *retryAfter
}

// readAnswer reads an answer of at most wire.MaxAnswerBytes.
func readAnswer(res *http.Response, decode func(int, http.Header, []byte) answer) answer {
	body, err := io.ReadAll(io.LimitReader(res.Body, wire.MaxAnswerBytes+1))
	if err != nil {
		return unreachable(res.Request.URL.String(), err)
	}
	if len(body) > wire.MaxAnswerBytes {
		return answer{err: outputTooLarge()}
	}
	return decode(res.StatusCode, res.Header, validUTF8(body))
}

// decodeAnswer reads an app's answer (SDK specification 4.4.3 and 5.1.1). It
// accepts any bytes.
func (e *Engine) decodeAnswer(status int, header http.Header, body []byte) answer {
	if to := header.Get("Location"); to != "" && status/100 == 3 {
		return failure("Redirected", "the app answered with a redirect (status %d) to %s, which calls do not follow: sync the app with the URL that answers", status, to)
	}
	if header.Get(wire.HeaderSDK) == "" {
		return failure("NotAnSDK", "%s", stranger(status, header))
	}
	var a answer
	switch status {
	case http.StatusOK:
		a.output = asJSON(bytes.Clone(body)) // without the spare capacity of body
		return a
	case http.StatusPartialContent:
		ops, err := e.decodeOps(body)
		if err != nil {
			return failure("InvalidAnswer", "the answer's steps cannot be read: %v", err)
		}
		a.ops = ops
	default:
		a.err = decodeError(status, body)
	}
	a.noRetry = strings.EqualFold(header.Get(wire.HeaderNoRetry), "true")
	a.retryAfter = parseRetryAfter(header.Get(wire.HeaderRetryAfter))
	return a
}

// asJSON returns body if it is JSON, null if it is empty, and otherwise body as
// a JSON string.
func asJSON(body []byte) json.RawMessage {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return json.RawMessage("null")
	case json.Valid(body):
		return body
	}
	return appendString(nil, string(body))
}

// decodeError reads the error of a failed call. Some SDKs encode the error
// object as a JSON string.
func decodeError(status int, body []byte) *wire.CallError {
	inner := body
	if s := ""; json.Unmarshal(body, &s) == nil {
		inner = []byte(s)
	}
	var err wire.CallError
	if json.Unmarshal(inner, &err) != nil || (err.Message == "" && err.Name == "") {
		err.Message = strings.ToValidUTF8(strings.TrimSpace(string(inner)), "\ufffd")
	}
	if err.Name == "" {
		err.Name = "Error"
	}
	if err.Message == "" {
		err.Message = fmt.Sprintf("the app answered with status %d and no message", status)
	}
	return &err
}
