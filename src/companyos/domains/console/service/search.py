"""Search over what the person may see, and over what they may do."""

from typing import cast

from companyos.kernel.http import Slice
from companyos.kernel.problems import Invalid
from companyos.kernel.work import Work
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.matrix import cell
from companyos.spines.policy.roles import ROLES

from ..rules import matches, read_search
from ..settings import ConsoleSettings
from .entities import search_entities
from .found import Found, Hit

ACTION = "policy.action"


async def search(work: Work, q: str, slice_: Slice) -> Found:
    """Find entities (`:svc checkout`, plain words) or actions (`:do open`). Raises Invalid for unknown intents."""
    settings = work.settings(ConsoleSettings)
    asked = read_search(q)
    if len(q) > settings.search_letters or len(asked.words.split()) > settings.search_words:
        limits = f"{settings.search_words} words and {settings.search_letters} characters"
        raise Invalid.at("query q", f"The search has more than {limits}.", "Use fewer words.")
    await work.permit("console:search.read", on=work.tenancy)
    if asked.actions:
        return _actions(work, asked.words, slice_)
    return await search_entities(work, asked, slice_)


def _actions(work: Work, words: str, slice_: Slice) -> Found:
    """What the person may do by their roles; a condition or a second factor may still be asked at the act."""
    found = [
        Hit(ACTION, action.name, action.title, part.title, action.risk, (action.title, action.name))
        for part in work.house.parts
        for action in part.actions
        if action.risk != "none" and matches(words, action.title, action.name, part.title)
    ]
    mine = sorted((hit for hit in found if _may(work, hit.id)), key=lambda hit: hit.key)
    start = slice_.start(str, str)
    rest = mine if start is None else [hit for hit in mine if hit.key > start]
    return Found(rest[: slice_.limit + 1], len(mine))


def _may(work: Work, action: str) -> bool:
    policies = cast(PolicyGate, work.house.gate).policies
    roles = [role for role in ROLES if role.name in work.actor.roles]
    return any(cell(policies, role, action).answer != "no" for role in roles)
