"""Takes the pictures in this folder anew, from the editions of a demo, with headless Chromium and pdftoppm.

marsad demo --outputs /tmp/demo
python docs/images/take.py /tmp/demo/daily
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipeline.digest import mail, render

HERE = Path(__file__).parent
DAY = "2026-03-02"
DARK = ("@media (prefers-color-scheme: dark)", "@media screen")
FRAME = '<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe src="{page}" style="border:0;width:{width}px;height:{height}px;margin-top:-{top}px"></iframe>'
# Name → page, width and height in pixels, how far down the page it begins. Narrower than Chromium's narrowest window, a page stands in a frame.
PICTURES: Mapping[str, tuple[str, int, int, int]] = {
    "digest-wide": ("page", 1280, 1500, 0),
    "digest-phone": ("page", 390, 1200, 0),
    "digest-dark": ("dark", 820, 1250, 1020),
    "digest-english": ("english", 820, 1250, 0),
    "digest-index": ("index", 1000, 960, 0),
    "digest-mail": ("mail", 720, 1400, 0),
}


def chromium(profile: Path, *options: str) -> None:
    quiet = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--virtual-time-budget=3000",
    )
    command = ["chromium", *quiet, "--hide-scrollbars", f"--user-data-dir={profile}", *options]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("editions", type=Path)
    editions = parser.parse_args().editions
    edition = json.loads((editions / f"{DAY}.json").read_text(encoding="utf-8"))
    page = render.html(edition)
    pages = {
        "page": page,
        "dark": page.replace(*DARK),
        "english": render.html({**edition, "title": "The daily brief"}, language="en"),
        "index": (editions / "index.html").read_text(encoding="utf-8"),
        "mail": mail.letter(edition).html,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, text in pages.items():
            (folder / f"{part}.html").write_text(text, encoding="utf-8")
        for picture, (part, width, height, top) in PICTURES.items():
            frame = folder / "frame.html"
            frame.write_text(FRAME.format(page=f"{part}.html", width=width, height=height + top, top=top), "utf-8")
            window = f"--window-size={width},{height}"
            chromium(folder / "profile", window, f"--screenshot={HERE / picture}.png", frame.as_uri())
        paper = folder / "page.pdf"
        chromium(
            folder / "profile", "--no-pdf-header-footer", f"--print-to-pdf={paper}", (folder / "page.html").as_uri()
        )
        subprocess.run(
            ["pdftoppm", "-r", "80", "-f", "1", "-l", "1", "-singlefile", "-png", paper, HERE / "digest-print"],
            check=True,
        )


if __name__ == "__main__":
    main()
