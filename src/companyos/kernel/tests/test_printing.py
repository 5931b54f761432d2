"""Lists on a terminal: a table where it fits, field by field where it does not, and nothing cut off."""

import pytest

from companyos.kernel.printing import in_words

ROWS = [
    {
        "id": f"019ac0de-0000-7000-8000-00000000000{n}",
        "name": "payments-api",
        "owner": "payments",
        "share": 0.99954,
    }
    for n in range(3)
]
COLUMNS = ("id", "name", "owner", "share")


@pytest.mark.parametrize("width", [40, 80, 200])
def test_every_value_stands_whole_on_one_line(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = in_words({"items": ROWS}, COLUMNS)
    for row in ROWS:
        assert any(str(row["id"]) in line for line in told.splitlines())
    assert told.count("payments-api") == len(ROWS)


def test_a_table_that_does_not_fit_becomes_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert len(in_words(ROWS, COLUMNS).splitlines()) == 1 + len(ROWS)
    monkeypatch.setenv("COLUMNS", "60")
    assert in_words(ROWS, COLUMNS).count("owner:") == len(ROWS)


def test_what_is_no_list_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_words({"items": []}, COLUMNS) == "Nothing found."
    assert in_words({"name": "x", "at": None}) == "name:               x\nat:                 –"
    assert in_words("done") == "done"
