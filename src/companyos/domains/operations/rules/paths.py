"""Which services a change in a repository belongs to."""

from collections.abc import Iterable, Mapping

PATHS = "companyos.dev/paths"
"""The annotation that names a service's path prefixes in its repository, separated by commas or spaces."""


def prefixes(annotations: Mapping[str, str]) -> tuple[str, ...]:
    """The path prefixes that a service's annotations name."""
    return tuple(p.strip("/") for p in annotations.get(PATHS, "").replace(",", " ").split() if p.strip("/"))


def touched(files: Iterable[str], by_service: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The services that a change touches, each with its own files. A prefix matches whole path segments."""
    found: dict[str, list[str]] = {}
    for file in files:
        for service, starts in by_service.items():
            if any(file == start or file.startswith(start + "/") for start in starts):
                found.setdefault(service, []).append(file)
    return found
