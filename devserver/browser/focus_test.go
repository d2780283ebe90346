package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/inngestkit/inngestkit/devserver"
)

// TestFocusStaysWhileAppsChange adds an app while another app's button has the
// focus.
func TestFocusStaysWhileAppsChange(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	tab := open(t, z.URL(), desktop, "light")
	for place, c := range map[string]struct{ name, button, selector string }{
		"functions": {"a", "Pause", "li:has(a[href$='zoo-plain']) button"},
		"apps":      {"b", "Sync now", "li:has(.tone-ok) button"},
	} {
		tab.visit(place)
		tab.wait(find(c.selector, c.button))
		eval[any](tab, `(window.held = `+find(c.selector, c.button)+`).focus()`)
		z.request(http.MethodPost, z.URL()+"/fn/register", map[string]any{
			"appName": c.name, "url": "http://127.0.0.1:1/x", "functions": []map[string]any{{
				"id": c.name + "-f", "name": "f", "triggers": []map[string]any{{"event": "e"}},
				"steps": map[string]any{"step": map[string]any{"id": "step", "runtime": map[string]any{"url": "http://127.0.0.1:1/x"}}},
			}},
		})
		tab.wait(find("main h2", c.name))
		if !eval[bool](tab, `document.activeElement === window.held`) {
			t.Errorf("%s: the button lost the focus", place)
		}
	}
}

func TestTimelineIsOneTabStop(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs/" + z.start("parallel", nil))
	tab.wait(`document.activeElement.matches(".lane.root") && document.querySelectorAll(".lane").length === 4`)
	tab.press(kb.ArrowDown, kb.Tab)
	tab.wait(`document.activeElement.closest(".details")`)
	eval[any](tab, `document.querySelector(".lane.root").click()`)
	if stops := eval[int](tab, `document.querySelectorAll('.lane[tabindex="0"]').length`); stops != 1 {
		t.Errorf("%d lanes are in the tab order", stops)
	}
}

func TestFocusOutlivesTheButton(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	run := z.start("waits", nil)
	z.request(http.MethodPost, z.URL()+"/page/api/functions/zoo-waits/pause", nil)
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs/" + run)
	tab.wait(find(".head .muted", "its function is paused"))
	eval[any](tab, find(".actions button", "Cancel")+`.focus()`)
	tab.press(kb.Enter)
	tab.wait(`!` + find(".actions button", "Cancel"))
	tab.wait(`document.activeElement.closest(".actions")`)
}

func TestLongErrorsAreCut(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	tab := open(t, z.URL(), phone, "dark")
	tab.visit("runs/" + z.start("fails", map[string]any{"error": strings.Repeat("and so on ", 500) + "to the end"}))
	tab.wait(`document.querySelector(".failure").textContent.length < 1200`)
	tab.click(".failure button", "Show all")
	tab.wait(find(".failure", "to the end"))
	tab.wait(`document.activeElement.closest(".failure")`)
}
