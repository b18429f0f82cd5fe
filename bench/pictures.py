"""Pictures of messages, as a phone and a desk show them, in the light and in the dark: `python -m bench.pictures DIR`.

It needs Debian's chromium. Slack's blocks are laid out by a sheet of our own, which is near to Slack and no more.
"""

import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from alerts.medium import Medium
from alerts.message import rendered
from bench.picture_cards import cards

_WIDTHS = {"phone": 390, "desktop": 1000}
_SCHEMES = {"light": 1, "dark": 0}  # as Chromium counts them
_SLACK = """
:root { color-scheme: light dark } body { margin: 0; font: 15px/1.47 Lato, "Segoe UI", Arial, sans-serif;
  background: #fff; color: #1d1c1d } .message { max-width: 680px; padding: 16px; overflow-wrap: anywhere }
.who { font-weight: 900; margin-bottom: 6px } .header { font-size: 18px; font-weight: 900; margin: 8px 0; }
.section { margin: 8px 0 } .context { color: #616061; font-size: 13px; margin: 8px 0 } a { color: #1264a3 }
hr { border: 0; border-top: 1px solid #8884; margin: 16px 0 }
code { background: #8882; color: #c01343; padding: 0 3px } .text { white-space: pre-wrap; font: 14px/1.5 monospace }
@media (prefers-color-scheme: dark) { body { background: #1a1d21; color: #d1d2d3 } a { color: #1d9bd1 }
  .context { color: #ababad } code { color: #e8912d } }
"""


def main(folder: Path) -> None:
    """Write all pictures, and what they show, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, card in cards().items():
        mail, slack = rendered(card, Medium.EMAIL), rendered(card, Medium.SLACK)
        text, markdown = rendered(card, Medium.TEXT), rendered(card, Medium.MARKDOWN)
        (folder / f"{name}.txt").write_text(f"{text.title}\n\n{text.body}\n")
        (folder / f"{name}.md").write_text(f"{markdown.title}\n\n{markdown.body}\n")
        (folder / f"{name}_mail.txt").write_text(f"{mail.title}\n\n{mail.body}\n")
        pages = {"mail": mail.html or "", "slack": slack_page(slack.blocks or ())}
        for kind, content in pages.items():
            page = folder / f"{name}_{kind}.html"
            page.write_text(content)
            for screen, width in _WIDTHS.items():
                for scheme in _SCHEMES:
                    paint(page, folder / f"{name}_{kind}_{screen}_{scheme}.png", width=width, scheme=scheme)


def slack_page(blocks: tuple[dict[str, Any], ...]) -> str:
    """Return blocks as a page."""
    parts = []
    for block in blocks:
        if block["type"] == "divider":
            parts.append("<hr>")
            continue
        texts = [block["text"]] if "text" in block else block["elements"]
        shown = " ".join(html.escape(t["text"]) if t["type"] == "plain_text" else mrkdwn(t["text"]) for t in texts)
        parts.append(f'<div class="{block["type"]}">{shown}</div>')
    meta = '<meta name="viewport" content="width=device-width"><meta charset="utf-8">'
    return (
        f"<!doctype html>{meta}<style>{_SLACK}</style>"
        f'<div class="message"><div class="who">wirewatch</div>{"".join(parts)}</div>'
    )


def mrkdwn(text: str) -> str:
    """Return Slack's markup as HTML: links, bold type and code; what is escaped stays so."""
    text = re.sub(r"<([^|>]+)\|([^>]*)>", r'<a href="\1">\2</a>', text)
    text = re.sub(r"(?<![\w\u200b]\u200b)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\w)", r"<b>\1</b>", text)
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", text).replace("\n", "<br>")


def paint(page: Path, picture: Path, *, width: int, scheme: str) -> None:
    """Write what a browser `width` pixels wide shows of a page."""
    with tempfile.TemporaryDirectory() as profile:
        measured = Path(profile) / "measured.html"
        root = "document.documentElement"
        measuring = f"{root}.style.width = '{width}px'; document.title = {root}.scrollHeight"
        measured.write_text(f"{page.read_text()}<script>{measuring}</script>")
        dom = _chromium(profile, scheme, f"--window-size={width},100", "--dump-dom", measured.as_uri())
        height = re.search(r"<title>(\d+)</title>", dom)
        size = f"--window-size={width},{int(height[1]) if height else 1200}"
        _chromium(profile, scheme, size, "--hide-scrollbars", f"--screenshot={picture.absolute()}", page.as_uri())


def _chromium(profile: str, scheme: str, *arguments: str) -> str:
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("chromium is needed: apt-get install chromium")
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={profile}",
        f"--blink-settings=preferredColorScheme={_SCHEMES[scheme]}",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]))
