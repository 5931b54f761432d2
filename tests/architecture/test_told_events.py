"""What the SDK can tell of the console's use is what the built-in schemas accept."""

import re
from pathlib import Path

from companyos.app.compose import parts
from companyos.spines.data.builtin import builtin
from companyos.spines.data.rules.typescript import declared, type_name

TOLD = Path(__file__).parents[2] / "web/sdk/src/told.ts"


def test_the_types_of_told_events_are_those_of_their_schemas() -> None:
    text, schemas = TOLD.read_text(), builtin(parts())
    names = re.findall(r'^  "(companyos\.\w+)": (\w+);$', text, re.MULTILINE)
    assert names
    for name, said in names:
        assert said == type_name(name)
        assert declared(schemas[name][max(schemas[name])]) in text, f"copy the declaration of {name} anew"
