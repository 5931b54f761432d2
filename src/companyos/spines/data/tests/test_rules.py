"""What schemas accept: the quick way says what the slow way says, and what JSON Schema says; versions keep promises."""

from typing import Any

import jsonschema
import msgspec
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from companyos.spines.data.rules.compatibility import compare, gravest
from companyos.spines.data.rules.compiling import compiled
from companyos.spines.data.rules.judging import judge
from companyos.spines.data.rules.profile import SchemaRefused, understand
from companyos.spines.data.rules.schema import Schema
from companyos.spines.data.rules.searching import unlabelled

from .documents import DOCUMENTS, VALUES, changed, fitting

FORMATS = jsonschema.FormatChecker(formats=())
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(document: Any) -> Schema:
    """The schema of a document; one that nothing can fit is passed over."""
    try:
        return understand(document)
    except SchemaRefused as refused:
        assume(all("fits" in one.sentence for one in refused.faults))
        raise


@given(st.data())
@MANY
def test_the_compiled_way_says_what_walking_says(data: st.DataObject) -> None:
    schema = read(data.draw(DOCUMENTS))
    value = data.draw(st.one_of(fitting(schema.root), VALUES))
    walked = [*judge(schema.root, value), *unlabelled(schema.root, value)]
    judged = compiled(schema)
    found = judged.faults(msgspec.json.encode(value))
    event("accepted" if not walked else walked[0].code)
    assert sorted(map(str, found)) == sorted(map(str, walked))
    if isinstance(value, dict):
        assert judged.faults(value) == found


@given(st.data())
@MANY
def test_walking_says_what_json_schema_says(data: st.DataObject) -> None:
    document = data.draw(DOCUMENTS)
    schema = read(document)
    value = data.draw(st.one_of(fitting(schema.root), VALUES))
    wrong = [
        one for one in judge(schema.root, value) if one.code != "wrong_format"
    ]  # an annotation to others
    assert (not wrong) == jsonschema.Draft202012Validator(document).is_valid(value)


@given(st.data())
@settings(MANY, max_examples=600)
def test_an_addition_refuses_nothing_that_was_accepted(data: st.DataObject) -> None:
    before = data.draw(DOCUMENTS)
    after = data.draw(changed(before))
    try:
        old, new = understand(before), understand(after)
    except SchemaRefused:
        assume(False)
    kind = gravest(compare(old, new))
    event(f"{kind}")
    value = data.draw(fitting(old.root))
    if kind in (None, "addition") and not compiled(old).faults(value):
        event("an accepted value of an addition")
        assert compiled(new).faults(value) == ()
