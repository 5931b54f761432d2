"""Only the boundary commits: business code never ends a transaction, and never opens an engine of its own."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[2] / "src/companyos"
ALLOWED = {"app/boundary.py", "app/transactions.py"}
ROOMS = ("kernel", "spines", "domains", "app")


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.func.attr for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }  # fmt: skip


def sources() -> list[Path]:
    found = [p for room in ROOMS for p in (SRC / room).rglob("*.py") if "/tests/" not in str(p)]
    assert len(found) > 50
    return found


def test_only_the_boundary_commits() -> None:
    offenders = []
    for path in sources():
        place = str(path.relative_to(SRC))
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("commit", "rollback")
                and isinstance(node.func.value, ast.Attribute | ast.Name)
                and "db" in ast.unparse(node.func.value)
                and place not in ALLOWED
            ):
                offenders.append(f"{place}:{node.lineno}")
    assert not offenders, f"only app/boundary.py commits: {offenders}"


def test_engines_are_made_by_adapters_alone() -> None:
    offenders = [
        str(p.relative_to(SRC)) for p in sources() if calls(p) & {"create_engine", "create_async_engine"}
    ]
    assert not offenders
