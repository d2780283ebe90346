// Package browser contains only tests, which open the dev server's page in a real
// Chromium. They skip without a Chromium; the variable CHROMIUM names one at an
// unusual place. AXE names the file axe.min.js, without which the accessibility
// test skips.
package browser
