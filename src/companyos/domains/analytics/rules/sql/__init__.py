"""SQL of people, made safe: one read-only SELECT in Trino's dialect becomes DuckDB SQL over guarded rows.

`catalogue` says what there is and who asks; `reading` parses; `allowed` refuses everything that is not on its lists;
`purposes` is the algebra of what data may be used for; `relations` is what each table becomes: tenant, environment,
consent and policy as row filters, labels as column masks; `guarding` puts them together. Why it is done so:
docs/adr/0019-governed-sql.md.
"""

from .catalogue import Catalogue, Column, Reader, Table
from .guarding import Guarded, Limits, Refused, guard
from .relations import Relation

__all__ = ["Catalogue", "Column", "Guarded", "Limits", "Reader", "Refused", "Relation", "Table", "guard"]
