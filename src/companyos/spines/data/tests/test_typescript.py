"""Types for those who send events."""

from dataclasses import replace

from companyos.spines.data.rules.profile import understand
from companyos.spines.data.rules.schema import FIRST
from companyos.spines.data.rules.typescript import declared
from companyos.spines.data.wire.schemas import DOCUMENT

EXPECTED = """\
/** Order placed: shop.order_placed 1-0-0 */
export type ShopOrderPlaced = {
  order: string;
  /** confidential */
  total?: number;
  /** personal data */
  email?: string;
  "line items"?: Array<{
    kind: "a" | 2 | null;
    /** no end * / here */
    note?: null | string;
    [more: string]: unknown;
  }>;
};
"""


def test_a_schema_becomes_a_type_that_says_its_labels() -> None:
    note = {"type": ["string", "null"], "description": "no end */\nhere"}
    item = {
        "type": "object",
        "properties": {"kind": {"enum": ["a", 2, None]}, "note": note},
        "required": ["kind"],
    }
    lines = {"line items": {"type": "array", "items": item}}
    schema = understand({**DOCUMENT, "properties": {**DOCUMENT["properties"], **lines}})
    assert declared(replace(schema, name="shop.order_placed", version=FIRST)) == EXPECTED
