"""Reading real git repositories, whole, shallow, empty, and none at all."""

import os
import subprocess
from pathlib import Path

import pytest

from companyos.domains.operations.outside import git
from companyos.domains.operations.outside.git import deployments_of, read_history
from companyos.kernel.problems import Invalid

SERVICES = {"api": ("src/api",), "web": ("web",)}


def _git(at: Path, *arguments: str, date: str = "2026-11-01T10:00:00+01:00") -> None:
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()}
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    clean = {"PATH": os.environ["PATH"], "HOME": str(at), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True, env=clean | who | dates)


_WHO = {"NAME": "Jo Doe", "EMAIL": "jo@example.com"}


def _write(at: Path, file: str, text: str) -> None:
    (at / file).parent.mkdir(parents=True, exist_ok=True)
    (at / file).write_text(text)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three commits and two tags; the second commit touches both services."""
    at = tmp_path / "repository"
    at.mkdir()
    _git(at, "init", "-b", "main")
    _write(at, "src/api/a.py", "1\n2\n3\n")
    _git(at, "add", "-A")
    _git(at, "commit", "-m", "Begin the API")
    _git(at, "tag", "v1")
    _write(at, "src/api/a.py", "1\n2\nthree\n")
    _write(at, "web/näme with space\t.ts", "x\n")
    _git(at, "add", "-A")
    _git(
        at, "commit", "-m", 'Change both\n\nBecause of "quotes" and \x01 bytes.', date="2026-11-02T10:00:00Z"
    )
    _write(at, "README.md", "words\n")
    _git(at, "add", "-A")
    _git(at, "commit", "-m", "Say what it is", date="2026-11-03T10:00:00Z")
    _git(at, "tag", "-a", "v2", "-m", "Second", date="2026-11-04T10:00:00Z")
    return at


def test_commits_become_deployments_of_the_services_they_touch(repository: Path) -> None:
    found = list(deployments_of(read_history(repository).releases, SERVICES))
    assert [(d["service"], d["author"], d["diff"]) for d in found] == [
        ("api", "Jo Doe", {"files": 1, "insertions": 1, "deletions": 1}),
        ("web", "Jo Doe", {"files": 1, "insertions": 1, "deletions": 0}),
        ("api", "Jo Doe", {"files": 1, "insertions": 3, "deletions": 0}),
    ]
    assert found[0]["at"] == "2026-11-02T10:00:00+00:00"
    assert found[1]["log_excerpt"].startswith("Change both\n\nBecause of")
    assert "näme with space\t.ts | +1 -0" in found[1]["log_excerpt"]


def test_tags_gather_everything_since_the_tag_before(repository: Path) -> None:
    found = list(deployments_of(read_history(repository, by="tag").releases, SERVICES))
    assert [(d["version"], d["service"]) for d in found] == [("v2", "api"), ("v2", "web"), ("v1", "api")]
    assert "Change both" in found[0]["log_excerpt"]
    assert found[0]["at"] == "2026-11-04T10:00:00+00:00"


def test_since_and_most_cut_the_history(repository: Path) -> None:
    assert len(read_history(repository, since="2026-11-02T00:00:00Z").releases) == 2
    assert len(read_history(repository, most=1).releases) == 1


def test_a_merge_counts_once_with_all_it_brought(repository: Path) -> None:
    _git(repository, "switch", "-c", "side")
    for n in ("1", "2"):
        _write(repository, "web/side.ts", n * 3 + "\n")
        _git(repository, "add", "-A")
        _git(repository, "commit", "-m", f"Side {n}")
    _git(repository, "switch", "main")
    _git(repository, "merge", "--no-ff", "-m", "Merge the side", "side", date="2026-11-05T10:00:00Z")
    newest = next(deployments_of(read_history(repository).releases, SERVICES))
    assert (newest["service"], newest["diff"]["files"]) == ("web", 1)
    assert "Merge the side" in newest["log_excerpt"]


def test_a_shallow_clone_says_so_and_makes_nothing_up(repository: Path, tmp_path: Path) -> None:
    _git(tmp_path, "clone", "--depth", "2", f"file://{repository}", "shallow")
    read = read_history(tmp_path / "shallow")
    assert [r.message.strip() for r in read.releases] == ["Say what it is"]
    assert "shallow" in read.remark


def test_what_cannot_be_read_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="not a git repository"):
        read_history(tmp_path)
    with pytest.raises(Invalid, match="is no folder"):
        read_history(tmp_path / "nowhere")
    _git(tmp_path, "init")
    with pytest.raises(Invalid, match="no commits yet"):
        read_history(tmp_path)
    _write(tmp_path, "a", "a")
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-m", "One")
    with pytest.raises(Invalid, match="no tags"):
        read_history(tmp_path, by="tag")
    with pytest.raises(Invalid, match="git cannot read"):
        git._Git(tmp_path).run("log", "no-such-branch", "--")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Invalid, match="git is not installed"):
        read_history(tmp_path)


def test_the_repository_runs_nothing_of_its_own(repository: Path) -> None:
    proof = repository / "ran"
    for key in ("diff.external", "core.fsmonitor", "diff.evil.textconv", "core.pager"):
        _git(repository, "config", key, f"touch {proof};false")
    _write(repository, ".gitattributes", "* diff=evil\n")
    _git(repository, "add", ".gitattributes")
    _git(repository, "-c", "core.fsmonitor=false", "commit", "-m", "Trap", "--no-verify")
    proof.unlink(missing_ok=True)
    assert len(read_history(repository).releases) == 4
    assert not proof.exists()
