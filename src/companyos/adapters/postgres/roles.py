"""The two roles of CompanyOS on a cluster, and the proof that row-level security binds the application's."""

from psycopg import AsyncConnection, Connection, sql
from psycopg.rows import TupleRow

from companyos.kernel.tenancy import APP_ROLE, OWNER_ROLE

from .refusal import UnsafeRole

DATABASE = "companyos"
LAKE_SCHEMA = "lake"

_ROLE = "create role {} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication"

_CHECK = """
select current_user,
       exists (select from pg_roles
               where (rolsuper or rolbypassrls) and pg_has_role(current_user, oid, 'member')) as above,
       exists (select from pg_class where relrowsecurity and pg_has_role(current_user, relowner, 'member'))
       or exists (select from pg_roles
                  where rolname = %(owner)s and pg_has_role(current_user, oid, 'member')) as owns,
       exists (select from pg_roles
               where rolname = %(app)s and pg_has_role(current_user, oid, 'usage')) as granted
"""


async def check_app_role(db: AsyncConnection[TupleRow]) -> None:
    """Raise UnsafeRole unless the connected role is bound by row-level security and is `companyos_app`.

    Superusers and BYPASSRLS roles, and every role that may become one by SET ROLE, pass all policies; the
    owner of the tables could switch them off.
    """
    row = await (await db.execute(_CHECK, {"owner": OWNER_ROLE, "app": APP_ROLE})).fetchone()
    name, above, owns, granted = row or ("?", True, True, False)
    if above:
        raise UnsafeRole(
            f"COMPANYOS_DATABASE connects as {name!r}, which is (or may become) a superuser or BYPASSRLS role: "
            f"tenants would not be kept apart. Connect as {APP_ROLE!r}; "
            "docs/how-to/own-postgresql.md shows how to create it"
        )
    if owns:
        raise UnsafeRole(
            f"COMPANYOS_DATABASE connects as {name!r}, which owns the tables or may become their owner "
            f"{OWNER_ROLE!r}: it could switch row-level security off. Connect as {APP_ROLE!r}"
        )
    if not granted:
        raise UnsafeRole(
            f"COMPANYOS_DATABASE connects as {name!r}, which has no part in {APP_ROLE!r}: "
            f"connect as that role, or `grant {APP_ROLE} to {name}`"
        )


def provision(admin: Connection[TupleRow], name: str = DATABASE) -> None:
    """As superuser of an embedded cluster, create what is missing of the two roles and the database.

    Idempotent, and safe when several processes do it at once. `admin` must be in autocommit mode.
    """
    admin.execute("select pg_advisory_lock(hashtext('companyos provision'))")
    provision_roles(admin)
    if admin.execute("select from pg_database where datname = %s", (name,)).fetchone() is None:
        create_database(admin, name)
    else:
        _close_to_others(admin, name)  # again: an earlier start may have been cut off before this
    admin.execute("select pg_advisory_unlock(hashtext('companyos provision'))")


def provision_roles(admin: Connection[TupleRow]) -> None:
    """Create what is missing of the two roles: they may log in, and nothing else beyond their grants."""
    have = {row[0] for row in admin.execute("select rolname from pg_roles")}
    for role in (OWNER_ROLE, APP_ROLE):
        if role not in have:
            admin.execute(sql.SQL(_ROLE).format(sql.Identifier(role)))


def create_database(admin: Connection[TupleRow], name: str, template: str = "template0") -> None:
    """Create a database of companyos_owner, empty or as a copy. `admin` must be in autocommit mode.

    Only the two roles may connect to it, and the application's role may create nothing lasting in it.
    """
    made = sql.SQL("create database {} owner {} template {}")
    admin.execute(made.format(sql.Identifier(name), sql.Identifier(OWNER_ROLE), sql.Identifier(template)))
    _close_to_others(admin, name)


def _close_to_others(admin: Connection[TupleRow], name: str) -> None:
    admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
    grant = sql.SQL("grant connect, temporary on database {} to {}")
    admin.execute(grant.format(sql.Identifier(name), sql.Identifier(APP_ROLE)))
