"""Why the database cannot be used, in words that say what to do: every start and every command tells it alike."""

from companyos.kernel.problems import Problem


class DatabaseRefusal(Problem):
    """The database cannot be used as it is; nothing was changed."""

    status, code, title = 503, "database_refused", "The database cannot be used like this"


class NoAccount(DatabaseRefusal):
    """There is no account that the embedded server could run as, or ours may not use the directory."""


class WrongVersion(DatabaseRefusal):
    """The data directory was written by another major version of PostgreSQL."""


class StartFailed(DatabaseRefusal):
    """The server did not come up; the message ends with the last lines of its log."""


class NotConfigured(DatabaseRefusal):
    """A database setting is missing or unreadable; the message says which and what to write."""


class UnsafeRole(DatabaseRefusal):
    """The application would run as a role that row-level security does not bind, or that lacks its grants."""


class BadLine(DatabaseRefusal):
    """The revision files of a line do not form one line; the message names file and remedy."""


class AheadOfCode(DatabaseRefusal):
    """The database has seen a revision that this version of CompanyOS does not know."""


class BackupFailed(DatabaseRefusal):
    """No backup was made or restored; the database is as it was."""
