package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/inngestkit/inngestkit/devserver"
)

// TestEveryPageWhileRunsGo visits every page, at both widths and in both schemes,
// while 200 runs are running.
func TestEveryPageWhileRunsGo(t *testing.T) {
	for _, as := range looks {
		t.Run(fmt.Sprint(as.width, " ", as.scheme), func(t *testing.T) {
			z := startZoo(t, devserver.Config{})
			all := places(z)
			waiting := z.start("waits", nil)
			tab := open(t, z.URL(), as.width, as.scheme)
			tab.visit("runs/" + waiting)
			tab.wait(`document.querySelector("h1 + .pill").textContent === "Waiting"`)
			z.send(many(197, "zoo/parallel")...)
			z.send(many(1, "zoo/fails")...)
			for name, place := range all {
				tab.visit(place)
				tab.wait(`document.querySelector("main h1").textContent !== ""`)
				if out := eval[string](tab, overflow); out != "" {
					t.Errorf("%s: %s", name, out)
				}
			}
			tab.expect("404")
			tab.visit("runs/" + waiting)
			tab.wait(`document.querySelector("h1 + .pill").textContent === "Waiting"`)
			z.send(event{"zoo/paid", map[string]any{"amount": 5}})
			tab.wait(`document.querySelector("h1 + .pill").textContent === "Completed"`) // without a reload
			tab.visit("runs?status=Completed")
			tab.wait(`Number(document.querySelector('[data-status="Completed"] .number').textContent) >= 200`)
			tab.visit("events")
			z.send(event{"zoo/news", nil})
			tab.wait(find(".row", "zoo/news"))
		})
	}
}

func TestListsUpdateWhereTheyAre(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	z.send(many(300, "zoo/plain")...)
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs")
	tab.wait(`document.querySelector('[data-status=""] .number').textContent === "300"`)
	eval[any](tab, `document.querySelector(".scroller").scrollTop = 44 * 50`)
	const inView = `[...document.querySelectorAll(".row")].find((row) => row.getBoundingClientRect().top >= document.querySelector(".scroller").getBoundingClientRect().top)`
	tab.wait(inView)
	seen := eval[string](tab, inView+`.hash`)
	top := eval[float64](tab, inView+`.getBoundingClientRect().top`)
	z.send(many(20, "zoo/plain")...)
	tab.wait(`document.querySelector('[data-status="Completed"] .number').textContent === "320"`)
	if now := eval[float64](tab, fmt.Sprintf(`document.querySelector('.row[href=%q]').getBoundingClientRect().top`, seen)); now != top {
		t.Errorf("the row that was read moved from %v to %v", top, now)
	}
}

func TestTenThousandRuns(t *testing.T) {
	z := startZoo(t, devserver.Config{})
	for range 2 {
		z.send(many(5000, "zoo/waits")...)
	}
	tab := open(t, z.URL(), desktop, "light")
	tab.visit("runs")
	tab.wait(`document.querySelector('[data-status=""] .number').textContent === "10,000"`)
	tab.wait(`document.activeElement.matches(".row")`)
	for range 6 {
		tab.press(kb.End)
	}
	tab.wait(`Number(document.activeElement.closest("li").getAttribute("aria-posinset")) > 300`)
	if rows := eval[int](tab, `document.querySelectorAll(".row").length`); rows > 60 {
		t.Errorf("%d rows exist at once", rows)
	}
	tab.shortcut("/")
	for _, c := range "number 4999" {
		tab.press(string(c))
	}
	tab.wait(`document.querySelectorAll(".row").length > 0 && document.querySelectorAll(".row").length <= 2`)
	tab.press(kb.Escape)
	tab.press(kb.Enter)
	tab.wait(`document.querySelector(".lane.root")`)
}
