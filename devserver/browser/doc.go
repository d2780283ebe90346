// Package browser tests the dev server's page in a real Chromium. It has no
// code of its own. The tests skip where there is no Chromium; CHROMIUM names
// one at an unusual place, and AXE the file axe.min.js, without which the
// accessibility test skips.
package browser
