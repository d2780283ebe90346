package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for the page.
const patience = 20 * time.Second

// chromium returns the path of a Chromium, or "".
func chromium() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// tab is a browser tab that shows a page of one server.
type tab struct {
	testing.TB
	ctx    context.Context
	server string

	mu       sync.Mutex
	problems []string // errors on the console, and requests to other hosts
}

// open starts a separate browser with an empty profile, a width and a color
// scheme. Errors on the console and requests to other hosts fail the test at its
// end.
func open(tb testing.TB, server string, width int64, scheme string) *tab {
	tb.Helper()
	path := chromium()
	if path == "" {
		tb.Skip("there is no Chromium here: install one, or name it with CHROMIUM=/path/to/chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.UserDataDir(tb.TempDir()), chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	tb.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	tb.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 3*time.Minute)
	tb.Cleanup(stop)
	t := &tab{TB: tb, ctx: ctx, server: server}
	t.do(chromedp.EmulateViewport(width, 900))
	t.prefer(scheme)
	t.watch()
	tb.Cleanup(t.report)
	return t
}

// prefer sets the system's preferred color scheme.
func (t *tab) prefer(scheme string) {
	t.Helper()
	_, err := chromedp.Call(t.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// watch collects problems that no test may have.
func (t *tab) watch() {
	t.Helper()
	if _, err := chromedp.Call(t.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	requests, console := chromedp.Events(t.ctx, network.RequestWillBeSent), chromedp.Console(t.ctx)
	go func() {
		for e, err := range requests {
			if err != nil {
				return
			}
			if url := e.Request.URL; !strings.HasPrefix(url, t.server) && !strings.HasPrefix(url, "about:") {
				t.problem("a request to " + url)
			}
		}
	}()
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			if kind := string(m.Type); kind == "error" || kind == "exception" || kind == "warning" {
				t.problem("on the console: " + m.Text)
			}
		}
	}()
}

func (t *tab) problem(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.problems = append(t.problems, text)
}

// expect ignores a problem that the test causes on purpose.
func (t *tab) expect(part string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.problems = slices.DeleteFunc(t.problems, func(p string) bool { return strings.Contains(p, part) })
}

func (t *tab) report() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.problems {
		t.Error(p)
	}
}

func (t *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(t.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// visit loads a place of the page, such as "runs/ID".
func (t *tab) visit(place string) {
	t.Helper()
	t.do(chromedp.Navigate("about:blank"), chromedp.Navigate(t.server+"/#/"+place))
	t.wait(`document.querySelector("main .view") && document.querySelector(".link-state.tone-ok")`)
}

// press types keys, such as kb.ArrowDown.
func (t *tab) press(keys ...string) {
	t.Helper()
	for _, key := range keys {
		t.do(chromedp.KeyEvent(key))
	}
}

// shortcut presses a character's key as one event. If the page handles it as a
// shortcut, the character is not typed.
func (t *tab) shortcut(key string) {
	t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		params := input.DispatchKeyEventParams{Type: kind, Key: key}
		if kind == input.DispatchKeyEventTypeKeyDown {
			params.Text = key
		}
		if _, err := chromedp.Call(t.ctx, input.DispatchKeyEvent, params); err != nil {
			t.Fatal(err)
		}
	}
}

// wait waits until an expression is true.
func (t *tab) wait(expression string) {
	t.Helper()
	if !eval[bool](t, fmt.Sprintf(`new Promise((done) => {
		const end = Date.now() + %d;
		const look = () => {
			let is = false;
			try { is = Boolean(%s); } catch {}
			if (is || Date.now() > end) done(is);
			else setTimeout(look, 20);
		};
		look();
	})`, patience.Milliseconds(), expression)) {
		t.Fatalf("this did not become true: %s\nthe page says:\n%s", expression, eval[string](t, `location.hash + ", at " + document.activeElement.outerHTML.slice(0, 200) + "\n" + document.querySelector("main").innerText`))
	}
}

// click clicks the first element that matches a selector and contains a text.
func (t *tab) click(selector, text string) {
	t.Helper()
	t.wait(find(selector, text))
	eval[any](t, find(selector, text)+`.click()`)
}

func find(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].find((el) => el.textContent.includes(%q))`, selector, text)
}

// eval evaluates an expression, or the result of a promise.
func eval[T any](t *tab, expression string) T {
	t.Helper()
	value, err := chromedp.Run(t.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}
