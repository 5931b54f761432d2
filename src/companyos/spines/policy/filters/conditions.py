"""SQL conditions that know when they are known: "every row" and "no row" stay plain TRUE and FALSE."""

import sqlalchemy as sa

Condition = sa.ColumnElement[bool]


def both(*said: Condition) -> Condition:
    """AND, with what is known beforehand taken out, so that "every row" is seen to be that."""
    if any(isinstance(one, sa.False_) for one in said):
        return sa.false()
    open_ = [one for one in said if not isinstance(one, sa.True_)]
    return sa.and_(*open_) if open_ else sa.true()


def either(*said: Condition) -> Condition:
    """OR, likewise."""
    if any(isinstance(one, sa.True_) for one in said):
        return sa.true()
    open_ = [one for one in said if not isinstance(one, sa.False_)]
    return sa.or_(*open_) if open_ else sa.false()


def opposite(said: Condition) -> Condition:
    """NOT, likewise."""
    if isinstance(said, sa.True_ | sa.False_):
        return fact(isinstance(said, sa.False_))
    return sa.not_(said)


def fact(known: bool) -> Condition:
    """A condition that is known."""
    return sa.true() if known else sa.false()
