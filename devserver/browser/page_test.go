package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/inngestkit/inngestkit/devserver"
)

const (
	phone   = 360
	desktop = 1440
)

// looks are the widths and color schemes of the tests.
var looks = []struct {
	width  int64
	scheme string
}{{phone, "light"}, {phone, "dark"}, {desktop, "light"}, {desktop, "dark"}}

// overflow names the elements that extend beyond the page's right side, unless an
// ancestor scrolls or clips them on purpose.
const overflow = `(() => {
	const wide = document.documentElement.clientWidth;
	const held = (el) => { for (let p = el.parentElement; p && p !== document.body; p = p.parentElement) if (getComputedStyle(p).overflowX !== "visible" && p.getBoundingClientRect().right <= wide + 1 && !p.classList.contains("view")) return true; return false; };
	const out = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > wide + 1 && el.getClientRects().length && !held(el)).map((el) => el.tagName + "." + el.className);
	if (document.documentElement.scrollWidth > wide) out.push("the page scrolls sideways");
	const view = document.querySelector(".view");
	if (view && view.scrollWidth > view.clientWidth) out.push("the view scrolls sideways");
	return out.join(", ");
})()`

// places returns all places of the page, with runs of each kind.
func places(z *zoo) map[string]string {
	z.Helper()
	long := map[string]any{"text": fmt.Sprintf("%0300d", 1)}
	eventID := z.send(event{"zoo/plain", long})
	return map[string]string{
		"runs": "runs", "runs that match nothing": "runs?q=nothing-has-this", "events": "events", "functions": "functions", "apps": "apps",
		"a run": "runs/" + z.runOf(eventID), "an event": "events/" + eventID, "an unknown run": "runs/01HP1ZX8M3NG9K5Z8M3NG9K5Z8",
		"a failed run": "runs/" + z.start("fails", map[string]any{"error": fmt.Sprintf("%0200d", 2)}), "a waiting run": "runs/" + z.start("waits", nil),
		"a run in branches": "runs/" + z.start("parallel", nil), "a run with requests": "runs/" + z.start("asks", map[string]any{"url": z.URL() + "/page/api/apps"}),
	}
}

func TestNothingSticksOut(t *testing.T) {
	z := startZoo(t, devserver.Config{Apps: []string{"http://127.0.0.1:1/api/inngest"}})
	all := places(z)
	for _, width := range []int64{phone, desktop} {
		tab := open(t, z.URL(), width, "light")
		for name, place := range all {
			tab.visit(place)
			if out := eval[string](tab, overflow); out != "" {
				t.Errorf("%s at %d px: %s", name, width, out)
			}
		}
		tab.visit("runs")
		tab.click("#send", "")
		tab.wait(`document.querySelector("dialog[open] .field input")`)
		if out := eval[string](tab, overflow); out != "" {
			t.Errorf("the form at %d px: %s", width, out)
		}
		tab.expect("404")
	}
}

func TestLightAndDark(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs")
	colors := func() string {
		return eval[string](tab, `getComputedStyle(document.documentElement).backgroundColor + " " + getComputedStyle(document.documentElement).color`)
	}
	light := colors()
	tab.prefer("dark")
	if dark := colors(); dark != "rgb(19, 20, 23) rgb(233, 234, 236)" || light != "rgb(246, 246, 243) rgb(28, 30, 33)" {
		t.Errorf("light is %s, dark is %s", light, dark)
	}
}

func TestKeyboardPath(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	first := z.start("parallel", nil)
	z.start("plain", nil)
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs")
	tab.wait(`document.querySelectorAll(".row").length === 2`)
	tab.wait(`document.activeElement.matches(".row")`)
	tab.press(kb.ArrowDown)
	tab.wait(fmt.Sprintf(`document.activeElement.hash === "#/runs/%s"`, first))
	tab.press(kb.Enter)
	tab.wait(`document.activeElement.matches(".lane.root")`)
	tab.press(kb.ArrowDown, kb.ArrowDown)
	tab.wait(`document.activeElement.textContent.includes("right") && document.querySelector(".details h2").textContent === "right"`)
	tab.press(kb.Escape)
	tab.wait(fmt.Sprintf(`location.hash === "#/runs" && document.activeElement.hash === "#/runs/%s"`, first))
	tab.shortcut("/")
	tab.wait(`document.activeElement.type === "search"`)
	tab.press("p", "l", "a", "i", "n")
	tab.wait(`document.querySelectorAll(".row").length === 1 && location.hash.includes("q=plain")`)
	tab.press(kb.Escape)
	tab.wait(`document.activeElement.matches(".row")`)
	tab.press(kb.Enter)
	tab.wait(`document.querySelector(".lane.root")`)
	tab.press(kb.Escape)
	tab.wait(`location.hash.includes("q=plain") && document.querySelectorAll(".row").length === 1`)
	for key, view := range map[string]string{"2": "events", "3": "functions", "4": "apps", "1": "runs"} {
		tab.shortcut(key)
		tab.wait(fmt.Sprintf(`document.querySelector('[data-view=%q][aria-current="page"]')`, view))
	}
	tab.shortcut("?")
	tab.wait(`document.querySelector("dialog[open] kbd")`)
	tab.press(kb.Escape)
	tab.shortcut("e")
	tab.wait(`document.querySelector("dialog[open] #event-name")`)
}

func TestStepsWithRequests(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs/" + z.start("asks", map[string]any{"url": z.URL() + "/page/api/apps"}))
	tab.wait(find(".lane.tone-bad", "summarize"))
	for name, kind := range map[string]string{"fetch-rate": "HTTP request", "summarize": "AI request"} {
		tab.click(".lane", name)
		tab.wait(find(".details h2", name))
		tab.wait(find(".details dd", kind))
	}
}

func TestWhatComesInIsOnlyText(t *testing.T) {
	const markup = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`
	z := startZoo(t, devserver.Config{})
	eventID := z.send(event{markup, map[string]any{markup: markup}})
	run := z.start("fails", map[string]any{"step": markup, "error": markup})
	tab := open(t, z.URL(), desktop, "light")
	for _, place := range []string{"events", "events/" + eventID, "runs", "runs/" + run, "runs?q=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "runs/%3Cb%3E"} {
		tab.visit(place)
		tab.wait(`document.querySelector("main .row, main .details h2, main pre, main .state h2")`)
		if eval[bool](tab, `document.querySelector("main img, main script, main b i") !== null || document.title.includes("taken")`) {
			t.Errorf("%s made markup of data", place)
		}
	}
	tab.visit("runs/" + run)
	tab.wait(find(".lane", "charge"+markup))
	tab.visit("events/" + eventID)
	tab.wait(find("h1", markup))
	tab.click("button", "Send again")
	tab.wait(find("dialog label", markup))
	tab.expect("404")
}

func TestEmptyAndUnknown(t *testing.T) {
	s := startEmpty(t)
	tab := open(t, s.URL(), phone, "dark")
	for place, text := range map[string]string{
		"runs": "No runs yet", "events": "No events yet", "functions": "No app has synced", "apps": "No app has synced",
		"runs?status=Failed": "Nothing matches", "runs/01HP1ZX8M3NG9K5Z8M3NG9K5Z8": "This run is unknown", "events/nope": "This event is unknown",
	} {
		tab.visit(place)
		tab.wait(find(".state", text))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tab.wait(`document.querySelector(".link-state.tone-bad") && document.querySelector("#gone").checkVisibility()`)
	tab.shortcut("1")
	eval[any](tab, `location.hash = "#/runs/01HP1ZX8M3NG9K5Z8M3NG9K5Z8"`)
	tab.wait(find(".state", "The run could not be loaded"))
	tab.expect("404")
	tab.expect("ERR_CONNECTION_REFUSED")
	tab.expect("ERR_INCOMPLETE_CHUNKED_ENCODING")
}
