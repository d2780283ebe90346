package browser

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/inngestkit/inngestkit/devserver"
)

func TestSendAndInvoke(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	z.start("plain", map[string]any{"name": "Ada", "age": 36, "admin": true, "tags": []string{"a"}})
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs")
	tab.click("#send", "")
	tab.wait(`document.querySelector("dialog[open] #event-name")`)
	eval[any](tab, `(() => { const name = document.querySelector("#event-name"); name.value = "zoo/plain"; name.dispatchEvent(new Event("change")); })()`)
	tab.wait(find("dialog label", "admin"))
	set := func(label, value string) {
		t.Helper()
		eval[any](tab, `(() => { const label = `+find("dialog label", label)+`; document.getElementById(label.htmlFor).value = "`+value+`"; })()`)
	}
	set("age", "many")
	tab.click("dialog .primary", "Send")
	tab.wait(find("dialog .error", "age: must be a number"))
	set("age", "37")
	eval[any](tab, `document.querySelector("#event-name").value = "inngest/mine"`)
	tab.click("dialog .primary", "Send")
	tab.wait(find("dialog .error", "reserved"))
	eval[any](tab, `document.querySelector("#event-name").value = "zoo/plain"`)
	set("name", "Grace")
	tab.click("dialog .primary", "Send")
	tab.wait(`!document.querySelector("dialog")`)
	tab.click(".toast a", "Show the event")
	tab.wait(find(".data pre", `"Grace"`))
	tab.wait(find(".data pre", `37`))
	tab.visit("functions")
	tab.click("li:has(a[href$='zoo-plain']) button", "Invoke")
	tab.wait(find("dialog label", "age"))
	tab.wait(`document.activeElement.matches("dialog .field input")`)
	tab.click("dialog .primary", "Invoke")
	tab.wait(`document.querySelector(".lane.root") && document.querySelector("h1 + .pill").textContent === "Completed"`)
	tab.expect("400") // the refused event
}

// TestNumbersStayAsTheyAre resends an event with numbers that a browser would
// round or spell differently.
func TestNumbersStayAsTheyAre(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	id := z.send(event{"zoo/plain", map[string]any{"id": json.Number("7205759403792793601"), "price": json.Number("10.0"), "list": []json.Number{"1e3"}}})
	tab := open(t, z.URL(), desktop, "light")
	shows := func() {
		t.Helper()
		tab.wait(`document.querySelector(".data pre").textContent.includes("7205759403792793601") && document.querySelector(".data pre").textContent.includes("10.0") && document.querySelector(".data pre").textContent.includes("1e3")`)
	}
	tab.visit("events/" + id)
	shows()
	tab.click("button", "Send again")
	tab.wait(find("dialog label", "price"))
	tab.click("dialog .primary", "Send")
	tab.click(".toast a", "Show the event")
	tab.wait(`!location.hash.includes("` + id + `")`)
	shows()
}

func TestCancelRerunPause(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	run := z.start("waits", nil)
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs/" + run)
	tab.click(".actions button", "Cancel")
	tab.wait(`document.querySelector("h1 + .pill").textContent === "Cancelled"`)
	tab.click(".actions button", "Rerun")
	tab.wait(`!location.hash.includes("` + run + `") && document.querySelector("h1 + .pill").textContent === "Waiting"`)
	tab.wait(find(".facts", "Rerun of"))
	tab.visit("runs/" + z.start("plain", nil))
	tab.wait(`document.querySelector("h1 + .pill").textContent === "Completed"`)
	tab.click(".lane", "work")
	tab.click(".details button", "Rerun from here")
	tab.wait(find(".facts", "Rerun of"))
	tab.visit("functions")
	tab.click("li:has(a[href$='zoo-plain']) button", "Pause")
	tab.wait(find("li:has(a[href$='zoo-plain']) .pill", "Paused"))
	tab.click("li:has(a[href$='zoo-plain']) button", "Resume")
	tab.wait(`!` + find("li:has(a[href$='zoo-plain']) .pill", "Paused"))
}

func TestAppsThatDoNotSync(t *testing.T) {
	z := startZoo(t, devserver.Config{Apps: []string{"http://127.0.0.1:1/api/inngest"}})
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("apps")
	tab.wait(find("li .fix", "Fix:"))
	tab.wait(find("li .pill", "Not synced"))
	tab.wait(find("li .pill", "Synced"))
	tab.click("li:has(.tone-ok) button", "Sync now")
	tab.wait(find(".toast", "Synced"))
	z.request(http.MethodPost, z.URL()+"/fn/register", map[string]any{"appName": "idle", "url": "http://127.0.0.1:2/x", "functions": []any{}})
	tab.wait(find("li .pill", "Synced, with a problem"))
	tab.wait(find("li .fix", "app.Register"))
}

// TestAxe checks every place with axe-core, at both widths and in both schemes.
func TestAxe(t *testing.T) {
	file := os.Getenv("AXE")
	if file == "" {
		t.Skip("AXE does not name axe.min.js")
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	z := startZoo(t, devserver.Config{Apps: []string{"http://127.0.0.1:1/api/inngest"}})
	all := places(z)
	for _, as := range looks {
		tab := open(t, z.URL(), as.width, as.scheme)
		look := func(name string) {
			t.Helper()
			eval[any](tab, string(source)+"; 0")
			found := eval[string](tab, `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) => v.id + ": " + v.help + "\n" + v.nodes.map((n) => "  " + n.html + "\n  " + n.failureSummary).join("\n")).join("\n"))`)
			if found != "" {
				t.Errorf("%s, %d, %s:\n%s", name, as.width, as.scheme, found)
			}
		}
		for name, place := range all {
			tab.visit(place)
			tab.wait(`document.querySelector("main h1").textContent !== "" && !document.querySelector(".skeleton")`)
			look(name)
		}
		tab.visit("runs")
		tab.click("#send", "")
		tab.wait(`document.querySelector("dialog[open] .field input")`)
		look("the form")
		tab.expect("404")
	}
}
