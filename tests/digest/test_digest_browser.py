"""Editions in a real browser: nothing overflows at any width, text is read against its ground in light and dark, paper is made."""

import html
import json
import os
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from pipeline.digest import mail, render

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1280)
FEEDS = {"counter-terrorism": "counter-terrorism.xml"}

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
    found = {name: made(golden(name)) for name in ("rich", "english", "empty", "hostile", "long")}
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
    return drawn | letters | {"index": render.index_html(rich["title"], briefs, feeds=FEEDS)}


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
    drawn |= {f"{n}-open": drawn[n].replace("<details", "<details open") for n in ("rich", "hostile", "long", "index")}
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


# ---------------------------------------------------------------- on paper
A4 = (595, 842)
MARGIN = 40
"""Points that stay white on every side; the style sheet asks for 45 and more."""
UNPRINTED = {"contents", "home", "skip"}


class Paper(HTMLParser):
    """What a printed edition has to say: the text of the page, and the addresses of its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.told: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            return
        has = dict(attrs)
        table = tag == "table" and self.open[-1][0] == "details"
        hidden = tag in {"head", "svg"} or table or bool(UNPRINTED & set((has.get("class") or "").split()))
        self.open.append((tag, hidden or bool(self.open and self.open[-1][1])))
        if tag == "a" and (has["href"] or "").startswith("http") and not self.open[-1][1]:
            self.links.append(has["href"] or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, _: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or not self.open[-1][1]:
            self.told.append(data)


def letters(text: str) -> Counter[str]:
    """How often each letter and digit stands in a text: readers of PDF disagree on the order in which two directions are read, none
    on what is there.
    """
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@pytest.fixture(scope="session")
def printed(chromium, golden, made, tmp_path_factory) -> Callable[[str], tuple[Path, str]]:
    """An edition's name → it as PDF, and the page that was printed."""
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("pdftotext is missing, and CI must have it")
        pytest.skip("poppler-utils is not installed")
    folder, drawn = tmp_path_factory.mktemp("paper"), pages(golden, made)

    @cache
    def pdf(name: str) -> tuple[Path, str]:
        page, paper = folder / f"{name}.html", folder / f"{name}.pdf"
        page.write_text(drawn[name], encoding="utf-8")
        chromium("--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
        return paper, drawn[name]

    return pdf


def read(paper: Path, *options: str) -> str:
    return subprocess.run(
        ["pdftotext", *options, str(paper), "-"], capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout


def test_an_edition_is_printed_with_its_addresses_and_what_was_folded(printed):
    told = read(printed("rich")[0])
    assert "https://alrafid.example/2026/11/n100" in told
    assert "https://ferrypost.example/2026/11/n106" in told  # a member of a folded story


@pytest.mark.parametrize("name", ["rich", "english", "empty", "hostile", "long"])
def test_nothing_that_an_edition_says_is_lost_on_paper(name, printed):
    paper, page = printed(name)
    due = letters("".join(Paper(page).told)) + letters("".join(Paper(page).links))
    missing = due - letters(read(paper))
    assert not missing, f"{missing.total()} of {due.total()}: {missing.most_common(8)}"


@pytest.mark.parametrize("name", ["rich", "english", "empty", "hostile", "long"])
def test_nothing_lies_outside_the_margins_of_its_sheet(name, printed):
    boxes = read(printed(name)[0], "-bbox")
    sizes = {
        (round(float(w)), round(float(h))) for w, h in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', boxes)
    }
    assert sizes == {A4}
    words = re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', boxes)
    assert len(words) > 20
    for *box, word in words:
        left, top, right, bottom = map(float, box)
        inside = left >= MARGIN and right <= A4[0] - MARGIN and top >= MARGIN and bottom <= A4[1] - MARGIN
        assert inside, f"{word[:40]!r} at {box}"


def test_no_line_is_printed_over_another(printed):
    """Of each sheet the lines of text, as boxes; two of them may touch and never cover each other by half."""
    told = read(printed("long")[0], "-bbox-layout")
    for sheet in re.findall(r"<page .*?</page>", told, re.DOTALL):
        lines = [
            tuple(map(float, box))
            for box in re.findall(r'<line xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">', sheet)
        ]
        for (a0, b0, a1, b1), (c0, d0, c1, d1) in combinations(lines, 2):
            wide, high = min(a1, c1) - max(a0, c0), min(b1, d1) - max(b0, d0)
            assert wide < 2 or high < min(b1 - b0, d1 - d0) / 2, ((a0, b0, a1, b1), (c0, d0, c1, d1))
