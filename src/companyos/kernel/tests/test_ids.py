"""Ids are UUIDv7 and grow."""

import time

import pytest

from companyos.kernel import ids
from companyos.kernel.ids import new_id


def test_ids_are_version_7_and_carry_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before - 1 <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_ids_of_one_process_always_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    assert new_id() > made[-1], "also when the clock steps back"
