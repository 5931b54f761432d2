"""What the Markdown files point at is there: links, headings, files, commands of `companyos`, targets of `make`."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup

from companyos.cli.found import Found, places

from .test_names_and_sizes import ROOT, tracked

PAGES = tracked("*.md")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?companyos ([^#\n]+)")
FILE = re.compile(r"[\w./-]+\.py")
QUOTED = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^(?:\$ )?make ([a-z-]+)")


@pytest.fixture(scope="module")
def found() -> Found:
    return Found(places())


def test_links_lead_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in LINK.findall(FENCED.sub("", page.read_text()))]
    assert len(links) > 30
    dead = [f"{page.relative_to(ROOT)}: {link}" for page, link in links if not _leads(page, link)]
    assert not dead, f"these links lead nowhere: {dead}"


def test_files_that_the_pages_name_are_there() -> None:
    files = [f"/{path.relative_to(ROOT)}" for path in tracked("*.py")]
    said = [(page, code) for page, code in _codes() if FILE.fullmatch(code)]
    assert len(said) > 20
    gone = [f"{page.relative_to(ROOT)}: {name}" for page, name in said
            if not any(file.endswith(f"/{name}") for file in files)]  # fmt: skip
    assert not gone, f"there is no such file: {gone}"


def test_the_verb_that_shows_the_five_beats_is_real() -> None:
    (verb,) = QUOTED.findall((ROOT / "ARCHITECTURE.md").read_text())
    bare = re.sub(r"  # \w+$", "", verb, flags=re.MULTILINE)
    assert any(bare in path.read_text() for path in tracked("src/*.py")), f"no longer in the code:\n{bare}"


def test_commands_of_the_pages_exist(found: Found) -> None:
    said = [(page, line) for page, code in _codes() if (line := COMMAND.match(code))]
    assert len(said) > 20
    wrong = [f"{page.relative_to(ROOT)}: companyos {line[1]}: {why}"
             for page, line in said if (why := _wrong(found, line[1].split()))]  # fmt: skip
    assert not wrong, f"no such command: {wrong}"


def test_targets_of_the_pages_exist() -> None:
    said = [(page, line[1]) for page, code in _codes() if (line := TARGET.match(code))]
    assert len(said) > 10
    makefile = (ROOT / "Makefile").read_text()
    wrong = [f"{page.relative_to(ROOT)}: make {target}" for page, target in said
             if not re.search(rf"^{target}:", makefile, re.MULTILINE)]  # fmt: skip
    assert not wrong, f"no such target: {wrong}"


def _leads(page: Path, link: str) -> bool:
    """True for other hosts, for files that exist, and for headings that stand in them."""
    if re.match(r"[a-z]+:", link):
        return True
    name, _, heading = link.partition("#")
    file = page.parent / name if name else page
    if not heading:
        return file.exists()
    return file.is_file() and heading in {_anchor(h) for h in HEADING.findall(file.read_text())}


def _anchor(heading: str) -> str:
    """The fragment that a renderer makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _codes() -> list[tuple[Path, str]]:
    """Each code span, and each line of a fenced block, with the page that it stands in."""
    codes = []
    for page in PAGES:
        text = page.read_text()
        lines = [line for block in FENCED.findall(text) for line in block.splitlines()[1:-1]]
        codes += [(page, code) for code in [*CODE.findall(FENCED.sub("", text)), *lines]]
    return codes


def _wrong(found: Found, words: list[str]) -> str | None:
    """What of a command line does not exist: a command or an option; None when all does."""
    words = words[words[0] == "--url" and 2 :]
    if words[0] not in found.outlines:
        return words[0]
    known: Any = found.load(words[0])
    options = {"--json", "--all", "--help"}
    for word in words[1:]:
        options |= {name for parameter in known.params for name in parameter.opts + parameter.secondary_opts}
        if word.startswith("--"):
            if word not in options:
                return word
        elif isinstance(known, TyperGroup) and word.isascii() and word != "|":
            if word not in known.commands:
                return word
            known = known.commands[word]
    return None
