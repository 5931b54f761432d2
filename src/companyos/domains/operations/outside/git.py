"""Reads the history of a git repository through the git command line, and says what each change touched.

Nothing of the repository is executed: no hooks, no external diff, no pager, no network, no credentials.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from companyos.kernel.problems import Invalid

from ..rules.paths import touched

EXCERPT_LETTERS = 1500
EXCERPT_FILES = 20
SECONDS = 120


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a change; binary files count no lines."""

    path: str
    insertions: int
    deletions: int


@dataclass(frozen=True, slots=True)
class Release:
    """A point of the history that stands for a deployment: a commit, or a tag with all that led to it."""

    version: str
    commit: str
    author: str
    at: datetime
    message: str
    files: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, newest first, and a remark when the history is not whole."""

    releases: tuple[Release, ...]
    remark: str = ""


def read_history(path: Path, *, by: str = "commit", since: str = "", most: int = 1000) -> Read:
    """The newest `most` commits (or tags, with `by="tag"`) of the branch that is checked out.

    Raises Invalid, in words, when git is not installed, the folder is no repository, or it has no commits.
    """
    git = _Git(path)
    git.check()
    found = git.tags(most) if by == "tag" else git.commits("HEAD", since, most)
    if not git.is_shallow():
        return Read(tuple(found))
    # The commit where a shallow clone was cut off looks as if it had added every file.
    whole = [r for r in found if r.commit not in git.cuts()]
    oldest = min((r.at for r in whole), default=None)
    since_when = f" before {oldest:%Y-%m-%d}" if oldest else ""
    return Read(
        tuple(whole), f"The clone is shallow: nothing{since_when} is known. Run git fetch --unshallow."
    )


def deployments_of(
    releases: Sequence[Release], services: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, Any]]:
    """What `POST /deployments/import` takes: one entry for each service (path prefixes by name) touched."""
    for release in releases:
        by_path = {f.path: f for f in release.files}
        for service, paths in touched(by_path, services).items():
            files = [by_path[p] for p in paths]
            yield {
                "service": service,
                "version": release.version,
                "commit": release.commit,
                "author": release.author[:200],
                "at": release.at.isoformat(),
                "diff": {
                    "files": len(files),
                    "insertions": sum(f.insertions for f in files),
                    "deletions": sum(f.deletions for f in files),
                },
                "log_excerpt": _excerpt(release.message, files),
            }


def _excerpt(message: str, files: Sequence[FileChange]) -> str:
    lines = [message.strip()[:EXCERPT_LETTERS], ""]
    lines += [f" {f.path} | +{f.insertions} -{f.deletions}" for f in files[:EXCERPT_FILES]]
    if len(files) > EXCERPT_FILES:
        lines.append(f" and {len(files) - EXCERPT_FILES} more files")
    return "\n".join(lines).replace("\x00", "")[:4000]


class _Git:
    """One repository, read through the command line."""

    def __init__(self, path: Path):
        self.path = path
        self.mark = f"release-{secrets.token_hex(16)}"

    def check(self) -> None:
        if shutil.which("git") is None:
            raise Invalid(
                "git is not installed here; install it, or report deployments with POST /deployments."
            )
        if not self.path.is_dir():
            raise Invalid(f"{self.path} is no folder; name a git repository on this machine.")
        self.run("rev-parse", "--git-dir")
        if self.run("rev-parse", "--verify", "--quiet", "HEAD", may_fail=True) == "":
            raise Invalid(f"The repository {self.path} has no commits yet.")

    def commits(self, revisions: str, since: str, most: int) -> list[Release]:
        """Along the first parents, so that a merge counts once, with all that it brought."""
        text = self.run(
            "log",
            "--first-parent",
            "--diff-merges=first-parent",
            f"--max-count={most}",
            *([f"--since={since}"] if since else []),
            f"--format={self.mark}%x00%H%x00%an%x00%cI%x00%B%x00",
            *_NUMBERS,
            revisions,
            "--",
        )
        return [self._release(part) for part in text.split(self.mark + "\x00")[1:]]

    def tags(self, most: int) -> list[Release]:
        """Every tag on a commit, newest first; the oldest has no tag before it and stands for its one commit."""
        listed = self.run(
            "for-each-ref",
            "--sort=-creatordate",
            f"--count={most + 1}",
            "--format=%(refname:strip=2)%00%(creatordate:iso-strict)%00%(if)%(*objectname)%(then)"
            "%(*objectname)%00%(*objecttype)%(else)%(objectname)%00%(objecttype)%(end)",
            "refs/tags",
        )
        rows = [line.split("\x00") for line in listed.splitlines()]
        commits = [(name, at, commit) for name, at, commit, kind in rows if kind == "commit"]
        if not commits:
            raise Invalid(f"The repository {self.path} has no tags; import by commit instead.")
        found = [self._tag(new, old[2]) for new, old in pairwise(commits)]
        return [*found, self._tag(commits[-1], None)][:most]

    def _tag(self, tag: tuple[str, str, str], before: str | None) -> Release:
        name, at, commit = tag
        last = self.commits(commit, "", 1)[0]
        files, message = last.files, last.message
        if before:
            files = tuple(_files(self.run("diff", *_NUMBERS, before, commit, "--")))
            message = self.run(
                "log", "--first-parent", "--max-count=50", "--format=%s", f"{before}..{commit}", "--"
            )
        return Release(name, commit, last.author, datetime.fromisoformat(at), f"{name}\n\n{message}", files)

    def is_shallow(self) -> bool:
        return self.run("rev-parse", "--is-shallow-repository").strip() == "true"

    def cuts(self) -> set[str]:
        """The commits where a shallow clone was cut off."""
        at = self.path / self.run("rev-parse", "--git-path", "shallow").strip()
        return set(at.read_text().split())

    def run(self, *arguments: str, may_fail: bool = False) -> str:
        safe = (
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "log.showSignature=false",
        )
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "LC_ALL": "C.UTF-8",
        }
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the arguments are ours
                ["git", "-C", str(self.path), "--no-pager", *safe, *arguments],  # noqa: S607
                capture_output=True,
                timeout=SECONDS,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Invalid(f"git {arguments[0]} in {self.path} took more than {SECONDS} s.") from None
        if done.returncode and not may_fail:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Invalid(f"git cannot read {self.path}: {said[0] if said else 'it does not say why'}")
        return done.stdout.decode("utf-8", "replace")

    def _release(self, text: str) -> Release:
        commit, author, at, message, numbers = text.split("\x00", 4)
        files = tuple(_files(numbers))
        return Release(commit[:12], commit, author, datetime.fromisoformat(at), message, files)


_NUMBERS = ("--numstat", "-z", "--no-renames", "--no-ext-diff", "--no-textconv")


def _files(text: str) -> Iterator[FileChange]:
    for entry in text.split("\x00"):
        parts = entry.strip("\n").split("\t", 2)
        if len(parts) == 3:
            added, removed, path = parts
            yield FileChange(path, int(added) if added != "-" else 0, int(removed) if removed != "-" else 0)
