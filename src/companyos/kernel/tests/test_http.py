"""Values mean what they say: a number is no time."""

import pytest
from pydantic import TypeAdapter, ValidationError

from companyos.kernel.http import Instant


def test_a_time_is_written_as_one() -> None:
    assert TypeAdapter(Instant).validate_python("2026-11-22T10:15:00+01:00").utcoffset() is not None


@pytest.mark.parametrize(
    "wrong", ["5", "1700000000", "-1.5", "1e9", 5, 1.5, True, "2026-11-22T10:15:00", "2026"]
)
def test_a_number_is_no_time(wrong: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(wrong)
