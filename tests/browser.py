"""A real browser before the pages: its window, and what may not be found in it.

    def test_…(chromium): with window(chromium, address) as page: …

A window remembers every request to another host, every broken Content-Security-Policy and every
error of a script, and fails where there was one.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 60_000
"""Milliseconds that a page is given on a busy machine."""


def installed() -> str | None:
    """The browser of this machine, or None for playwright's own."""
    names = ("chromium", "google-chrome")
    return os.environ.get("LUOSHI_TEST_BROWSER") or next(
        filter(None, map(shutil.which, names)), None
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        yield browser
        browser.close()


def broke_policy(said: str) -> bool:
    # One library of Streamlit's asks whether it may run WebAssembly, and lives without.
    return said.startswith("POLICY") and said != "POLICY script-src wasm-eval"


@contextmanager
def window(
    chromium: Browser, address: str, size: str = "desk", locale: str = "zh-CN", token: str = ""
) -> Iterator[Page]:
    """A browser window, in the session of a token where one is given."""
    wide, high = SIZES[size]
    context = chromium.new_context(viewport={"width": wide, "height": high}, locale=locale)
    context.set_default_timeout(PATIENCE)
    if token:
        context.add_cookies([{"name": "luoshi_session", "value": token, "url": address}])
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.log('POLICY',"
        "e.violatedDirective, e.blockedURI))"
    )
    page = context.new_page()
    broken: list[str] = []
    ours = (address, "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(ours) else broken.append(r.url))
    page.on("console", lambda m: broken.append(m.text) if broke_policy(m.text) else None)
    page.on("pageerror", lambda e: broken.append(str(e)))
    yield page
    context.close()
    assert not broken


def settled(page: Page) -> None:
    """Wait until the page's run is over."""
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds, but for the role of the uploader's drop zone, which it calls minor."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] != "minor"]


READ_ALOUD = """() => {
  const said = [];
  const unread = '[aria-hidden=true], script, style, noscript, [data-testid=stIconMaterial]';
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!at.closest(unread) && at.checkVisibility()) said.push(walk.currentNode.data);
  }
  for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-roledescription'])
    for (const at of document.querySelectorAll(`[${name}]`))
      if (at.checkVisibility()) said.push(at.getAttribute(name));
  return said;
}"""


def foreign(page: Page, ours: str) -> list[str]:
    """What a reader sees or hears with Latin words in it; `ours` is a pattern of those that may."""
    said = page.evaluate(READ_ALOUD)
    return [text for text in said if re.search(r"[A-Za-z]{2}", re.sub(ours, "", text))]


OVERLAPS = """() => {
  const boxes = [];
  const afloat = (at) => {
    for (; at && at !== document.body; at = at.parentElement)
      if (['fixed', 'sticky'].includes(getComputedStyle(at).position)) return true;
    return false;
  };
  const seen = (box, at) => {
    let { left, top, right, bottom } = box;
    for (; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      const open = [style.overflowX, style.overflowY].every((way) => way === 'visible');
      if (open && style.clipPath === 'none') continue;
      const edge = at.getBoundingClientRect();
      [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
      [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
    }
    return right - left > 3 && bottom - top > 3 ? { left, top, right, bottom } : null;
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, at = node.parentElement;
    const hidden = 'script, style, noscript, .ls-sr, [data-testid=stIconMaterial]';
    const shown = at.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!node.data.trim() || at.closest(hidden) || !shown || afloat(at)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const box = seen(rect, at);
      if (box) boxes.push({ ...box, node, text: node.data.trim().slice(0, 30) });
    }
  }
  const found = [];
  boxes.sort((a, b) => a.top - b.top);
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom - 4; j++) {
      const left = Math.max(boxes[i].left, boxes[j].left);
      const wide = Math.min(boxes[i].right, boxes[j].right) - left;
      const high = Math.min(boxes[i].bottom, boxes[j].bottom) - boxes[j].top;
      // A line that is cut short counts twice, with and without its dots.
      const same = boxes[i].node === boxes[j].node;
      if (wide > 4 && high > 6 && !same) found.push([boxes[i].text, boxes[j].text]);
    }
  return found.slice(0, 5);
}"""


def overlaps(page: Page) -> list[list[str]]:
    """Pieces of text that lie over one another."""
    found: list[list[str]] = page.evaluate(OVERLAPS)
    return found
