"""`make new-domain NAME=billing`: write a domain that is discovered, migrated, served and green at once."""

import keyword
import re
import sys
from pathlib import Path

from jinja2 import Environment, StrictUndefined

import companyos.domains
import companyos.spines

TEMPLATE = Path(__file__).parent / "domain_template"
SUFFIX = ".j2"
_NAME = re.compile(r"[a-z][a-z0-9]{1,30}")


class BadName(ValueError):
    """The name cannot be a domain's; the message says why and what would do."""


def new_domain(name: str, domains: Path) -> list[Path]:
    """Write the folder of a new domain into `domains` and return its files. Raises BadName."""
    taken = {
        p.name for tree in (companyos.domains, companyos.spines) for p in Path(tree.__path__[0]).iterdir()
    }
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise BadName(f"{name!r} is no name for a domain: one lower-case word such as billing")
    if name in taken or (domains / name).exists():
        raise BadName(f"{name!r} is taken: choose another, or remove {domains / name}")
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    words = {"name": name, "Name": name.capitalize()}
    written = []
    for source in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        place = str(source.relative_to(TEMPLATE)).removesuffix(SUFFIX)
        target = domains / name / environment.from_string(place).render(words)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(environment.from_string(source.read_text()).render(words))
        written.append(target)
    return written


def main() -> int:
    """Write the domain and bring the generated pages up to date."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        written = new_domain(name, Path(companyos.domains.__path__[0]))
    except BadName as bad:
        print(f"make new-domain: {bad}", file=sys.stderr)
        return 2
    for path in written:
        print(f"  {path}")
    print(
        "Now `make generate` for the reference pages, and `make test`. The domain's README says what is where."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
