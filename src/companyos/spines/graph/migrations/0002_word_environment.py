"""Search words know the environment of their entity, so that one index answers which and how many are found."""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import every_tenant, schema, tenant_index

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.add_column(
        "word", sa.Column("environment", sa.Text, nullable=False, server_default=""), schema=schema()
    )
    with every_tenant("word"), every_tenant("entity"):
        op.execute(
            "update graph.word w set environment = e.attrs ->> 'environment' from graph.entity e"
            " where e.tenant_id = w.tenant_id and e.type = w.type and e.id = w.id and e.recorded_to is null"
            " and e.valid_to is null and e.attrs ? 'environment'"
        )
    op.drop_index("ix_word_place_suffix_type_id", "word", schema=schema())
    tenant_index("word", "place", "suffix", "type", "id", "environment")
