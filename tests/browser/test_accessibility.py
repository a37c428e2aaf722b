"""Pages and mail under axe-core in a real browser: no violation in light or dark. The program itself has no script and needs none of this."""

import hashlib
import html
import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.digest import mail, render

pytestmark = pytest.mark.browser

VERSION, SUM = "axe-core 4.10.3", "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb"
ROOT = Path(__file__).parents[1]
THEMES = {"light": "", "dark": "@media screen"}
DARK = "@media (prefers-color-scheme: dark)"

_spec = importlib.util.spec_from_file_location("editions_in_the_making", ROOT / "digest" / "conftest.py")
editions = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(editions)


def missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{why}, and CI must have it")
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        missing("Chromium is not installed")
    return found


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker's source, brought by whoever runs the tests: these ask no network."""
    path = os.environ.get("AXE_CORE")
    if path is None:
        missing(f"AXE_CORE does not name the axe.min.js of {VERSION}")
    source = Path(path).read_bytes()
    assert hashlib.sha256(source).hexdigest() == SUM, f"{path} is not {VERSION}"
    return source.decode("utf-8")


def drawn() -> dict[str, str]:
    found = {}
    for name in ("rich", "english", "empty", "hostile", "long"):
        made = editions.select(editions.given(name))
        found[name] = render.html(made, language=made["language"])
        found[f"{name}-mail"] = mail.letter(made, made["language"], link="https://news.example/daily").html
    rich = editions.select(editions.given("rich"))
    kept = {k: rich[k] for k in ("title", "until", "coverage", "sections", "timezone")}
    found["index"] = render.index_html(rich["title"], [{"date": f"2026-11-{d:02}", **kept} for d in range(1, 24)])
    indic = {**rich, "digits": "arabic-indic", "hijri": True}
    return found | {"indic": render.html(indic), "indic-mail": mail.letter(indic).html}


# Joined Arabic letters are narrower than single ones, so axe takes a word for an icon's ligature and leaves its colours unjudged:
# letters are made Latin before it looks.
RUN = """
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode;
  if (text.parentNode.tagName !== "SCRIPT") text.data = text.data.replace(/[\\u0620-\\u06ff]/g, "n");
}
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const told = document.createElement("pre");
  told.id = "axe-found";
  told.textContent = JSON.stringify(found.violations.map(v => [v.id, v.help, v.nodes.map(n => n.target.join(" ")).slice(0, 4)]));
  document.body.append(told);
});
"""


def violations(browser: str, axe: str, page: str, folder: Path) -> list[list]:
    """What axe says of a page, which for this once may run a script."""
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    inlined = axe.replace("</script", "<\\/script")
    script = f"<script>{inlined}</script><script>{RUN}</script>"
    before, end, after = policy.sub("", page).rpartition("</body>")
    assert end, "the page has no end"
    path = folder / "page.html"
    path.write_text(before + script + end + after, encoding="utf-8")
    done = subprocess.run(
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync", "--window-size=1000,1400",
            "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000", "--dump-dom", path.as_uri(),
        ],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    told = re.search(r'<pre id="axe-found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, f"axe said nothing: {done.stderr[-400:]}"
    return json.loads(html.unescape(told[1]))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "name", ["rich", "hostile", "english", "empty", "index", "indic", "rich-mail", "hostile-mail", "indic-mail"]
)
def test_no_page_and_no_mail_violates_a_rule_of_accessibility(browser, axe, tmp_path, name, theme):
    page = drawn()[name]
    if theme == "dark":
        page = page.replace(DARK, THEMES[theme])
    assert violations(browser, axe, page, tmp_path) == []


def test_axe_sees_what_is_wrong(browser, axe, tmp_path):
    page = "<!doctype html><html><head><title>x</title></head><body><main><p style='color:#bbb;background:#fff'>نص لا يكاد يقرأ</p></main></body></html>"
    assert {"html-has-lang", "color-contrast"} <= {v[0] for v in violations(browser, axe, page, tmp_path)}
