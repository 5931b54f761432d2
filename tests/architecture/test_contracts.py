"""What was promised to readers outside stays promised: event schemas only grow; OpenAPI and client are up to date."""

import copy
import json
from pathlib import Path

from companyos.app import contracts
from companyos.cli.about import description

ROOT = Path(__file__).parents[2]


def test_event_contracts_are_kept_and_complete() -> None:
    promised, now = contracts.read(ROOT / contracts.FILE), contracts.schemas()
    assert len(now) > 20
    assert contracts.broken(promised, now) == []
    assert promised == now, "new events or fields are not written down; run `make generate`"


def test_what_would_break_a_reader_is_found() -> None:
    now = contracts.schemas()
    name = "operations.deployment.recorded.v1"
    changed, fewer, more = (copy.deepcopy(now) for _ in range(3))
    changed[name]["properties"]["service"] = {"type": "integer"}
    del fewer[name]["properties"]["service"]
    more[name]["required"] = [*more[name]["required"], "reason"]
    for broken in (changed, fewer, more):
        assert len(contracts.broken(now, broken)) == 1
    assert len(contracts.broken(now, {})) == len(now)


def test_the_description_that_the_client_is_made_from_is_up_to_date() -> None:
    kept = json.loads((ROOT / "web/sdk/openapi.json").read_text())
    assert kept == json.loads(json.dumps(description())), "run `make generate`"
