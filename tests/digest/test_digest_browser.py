"""Editions in a real browser: nothing overflows at any width, text is read against its ground in light and dark, paper is made."""

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.digest import mail, render

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1280)

# The page stands in a frame of each width and is measured there; the frame has no script of its own to run.
PROBE = """<!doctype html><meta charset="utf-8"><body><script>
const pages = PAGES, WIDTHS = LIST, found = {};
let left = Object.keys(pages).length * WIDTHS.length;
const solid = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 || m[3] > 0 ? m : null; };
const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
function measure(name, frame, width) {
  const doc = frame.contentDocument, view = frame.contentWindow, out = {width, over: [], faint: [], small: []};
  out.scroll = doc.documentElement.scrollWidth; out.client = doc.documentElement.clientWidth;
  out.direction = view.getComputedStyle(doc.body).direction;
  out.line = parseFloat(view.getComputedStyle(doc.body).lineHeight) / parseFloat(view.getComputedStyle(doc.body).fontSize);
  for (const node of doc.body.querySelectorAll("*")) {
    if (node.closest(".skip")) continue;
    const box = node.getBoundingClientRect(), style = view.getComputedStyle(node);
    if (box.width && (box.left < -0.5 || box.right > width + 0.5)) out.over.push(node.tagName + "." + node.className + " " + Math.round(box.left) + ".." + Math.round(box.right));
    if (![...node.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    if (parseFloat(style.fontSize) < 11) out.small.push(node.tagName + " " + style.fontSize);
    let ground = null;
    for (let at = node; at && !ground; at = at.parentElement) ground = solid(view.getComputedStyle(at).backgroundColor);
    const [a, b] = [light(solid(style.color)), light(ground || [255, 255, 255])].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) out.faint.push(node.tagName + "." + node.className + " " + ((a + 0.05) / (b + 0.05)).toFixed(2));
  }
  (found[name] ||= []).push(out);
  frame.remove();
  if (--left === 0) {
    const told = document.createElement("pre");
    told.id = "found";
    told.textContent = JSON.stringify(found);
    document.body.append(told);
  }
}
for (const name in pages) for (const width of WIDTHS) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `border:0;width:${width}px;height:900px`;
  frame.onload = () => measure(name, frame, width);
  frame.srcdoc = pages[name];
  document.body.append(frame);
}
</script>"""


@pytest.fixture(scope="session")
def chromium(tmp_path_factory) -> Callable[..., str]:
    """Runs headless Chromium with a profile of its own → its standard output."""
    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if binary is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and CI must have it")
        pytest.skip("Chromium is not installed")

    def run(*options: str) -> str:
        profile = tmp_path_factory.mktemp("profile")
        done = subprocess.run(
            [
                binary, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
                f"--user-data-dir={profile}", *options,
            ],
            capture_output=True, text=True, encoding="utf-8", timeout=100, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-800:]
        return done.stdout

    return run


def pages(golden, made) -> dict[str, str]:
    found = {name: made(golden(name)) for name in ("rich", "english", "empty", "hostile")}
    drawn = {name: render.html(e, language=e["language"]) for name, e in found.items()}
    rich = found["rich"]
    briefs = [
        {
            "date": f"2026-{month:02}-{day:02}",
            **{k: rich[k] for k in ("title", "until", "coverage", "sections", "timezone")},
        }
        for month in (9, 10, 11)
        for day in range(1, 24)
    ]
    letters = {f"{name}-mail": mail.letter(e, e["language"]).html for name, e in found.items()}
    return drawn | letters | {"index": render.index_html(rich["title"], briefs)}


def probe(
    chromium, path: Path, pages: dict[str, str], widths: tuple[int, ...] = WIDTHS
) -> dict[str, list[dict[str, Any]]]:
    """What the browser measures of each page at each width."""
    literal = json.dumps(pages).replace("</", "<\\/").replace("<!--", "<\\u0021--")
    path.write_text(PROBE.replace("PAGES", literal, 1).replace("LIST", json.dumps(widths), 1), encoding="utf-8")
    dom = chromium("--dump-dom", "--virtual-time-budget=30000", path.as_uri())
    told = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    assert told, "nothing was measured"
    found: dict[str, list[dict[str, Any]]] = json.loads(html.unescape(told[1]))
    return found


@pytest.fixture(scope="session")
def measured(chromium, golden, made, tmp_path_factory) -> dict[str, list[dict[str, Any]]]:
    """Every page at every width, light and dark (`name-dark`), with all that is folded away opened (`name-open`)."""
    drawn = pages(golden, made)
    drawn |= {f"{n}-dark": p.replace("@media (prefers-color-scheme: dark)", "@media screen") for n, p in drawn.items()}
    drawn |= {f"{n}-open": drawn[n].replace("<details", "<details open") for n in ("rich", "hostile", "index")}
    found = probe(chromium, tmp_path_factory.mktemp("probe") / "all.html", drawn)
    assert found.keys() == drawn.keys()
    return found


def test_no_page_is_wider_than_its_window(measured):
    for name, rows in measured.items():
        assert [row["width"] for row in sorted(rows, key=lambda r: r["width"])] == list(WIDTHS)
        for row in rows:
            assert row["scroll"] <= row["client"] <= row["width"], f"{name} at {row['width']}: {row['over'][:5]}"
            assert row["over"] == [], f"{name} at {row['width']}: {row['over'][:5]}"


def test_every_text_is_read_against_its_ground(measured):
    for name, rows in measured.items():
        for row in rows:
            assert row["faint"] == [], f"{name} at {row['width']}: {row['faint'][:5]}"
            assert row["small"] == [], f"{name} at {row['width']}: {row['small'][:5]}"


def test_pages_run_in_their_direction_with_room_between_lines(measured):
    for name, rows in measured.items():
        assert {row["direction"] for row in rows} == {"ltr" if name.startswith("english") else "rtl"}
        assert all(row["line"] >= 1.7 for row in rows)


def test_the_probe_sees_what_is_wrong(chromium, tmp_path):
    page = "<body style='direction:rtl;margin:0'><p style='width:900px;color:#bbb'>نص</p>"
    (row,) = probe(chromium, tmp_path / "bad.html", {"bad": page}, (360,))["bad"]
    assert row["scroll"] > row["client"]
    assert row["over"]
    assert row["faint"]


def test_an_edition_is_printed_with_its_addresses_and_what_was_folded(chromium, golden, made, tmp_path):
    page, paper = tmp_path / "rich.html", tmp_path / "rich.pdf"
    page.write_text(pages(golden, made)["rich"], encoding="utf-8")
    chromium("--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    data = paper.read_bytes()
    assert data.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox \[0 0 59[45][\d.]* 84[12]", data), "not A4"
    if reader := shutil.which("pdftotext"):
        told = subprocess.run([reader, str(paper), "-"], capture_output=True, text=True, check=True).stdout
        assert "https://alrafid.example/2026/11/n100" in told
        assert "https://ferrypost.example/2026/11/n106" in told  # a member of a folded story
