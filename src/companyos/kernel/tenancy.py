"""The names by which tenants are kept apart in the database: roles, and the conditions of row-level security."""

APP_ROLE = "companyos_app"
"""The role that serves; it owns nothing, and row-level security binds it."""

OWNER_ROLE = "companyos_owner"
"""The role that owns the schemas and migrates them."""

PLATFORM = "platform: "
"""How the comment of a table that belongs to no tenant begins; the reason follows."""

THIS_TENANT = "tenant_id = (select nullif(current_setting('companyos.tenant', true), '')::uuid)"
"""True of the rows of the transaction's tenant; of none when it has no tenant."""

THIS_PERSON = "person_id = (select nullif(current_setting('companyos.person', true), '')::uuid)"
"""True of the rows of the person who acts; of none when nobody does."""
