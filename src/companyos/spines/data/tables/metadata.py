"""The schema `data` of PostgreSQL."""

import sqlalchemy as sa

metadata = sa.MetaData(schema="data")
