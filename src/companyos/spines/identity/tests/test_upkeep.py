"""Keys turn in time; what has ended is forgotten."""

from datetime import UTC, datetime, timedelta

from companyos.spines.identity.identity import identity_of
from companyos.spines.identity.settings import IdentitySettings
from companyos.spines.identity.upkeep import forget_ended, tend_keys
from companyos.spines.identity.verification import header_of

from .browsing import Browser
from .conftest import Place


async def _kids(place: Place) -> set[str]:
    return {key.kid for key in await identity_of(place.house).signing.published()}


async def _signs(place: Place) -> str:
    return str(header_of(await identity_of(place.house).signing.sign({}, "JWT"))["kid"])


async def test_the_next_key_is_published_before_it_signs_and_the_last_one_after(place: Place) -> None:
    signing, settings = identity_of(place.house).signing, place.house.settings_of(IdentitySettings)
    now, overlap = datetime.now(UTC), timedelta(minutes=settings.key_overlap_minutes)
    await signing.tend(now + overlap)  # whatever was begun before is settled
    first, published = await _signs(place), await _kids(place)
    assert first in published and len(published) == 2
    (following,) = published - {first}

    due = datetime.now(UTC) + timedelta(days=settings.key_days, minutes=1)
    await signing.tend(due)
    assert await _signs(place) == following and await _kids(place) == published

    await signing.tend(due + overlap / 2)
    assert await _kids(place) == published, "tokens of the last key are still under way"
    await signing.tend(due + overlap)
    assert first not in await _kids(place) and following in await _kids(place)


async def test_jobs_run_and_keep_the_living(place: Place) -> None:
    browser = Browser.at(place.url)
    tokens = await browser.sign_in(await place.person())
    await browser.get("/sign-in")
    async with place.house.begin() as work:
        await work.db.exec_driver_sql(
            "insert into identity.session (id, hash, person_id, password_at, created_at, expires_at) "
            "values (gen_random_uuid(), 'old', gen_random_uuid(), now(), now(), now() - interval '2 days')"
        )
    await tend_keys(place.house)
    await forget_ended(place.house)
    async with place.house.begin() as work:
        old = await work.db.exec_driver_sql("select count(*) from identity.session where hash = 'old'")
        assert old.scalar_one() == 0
    assert (await browser.refresh(tokens["refresh_token"])).status_code == 200
