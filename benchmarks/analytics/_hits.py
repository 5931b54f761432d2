"""A table of the shape of ClickBench's `hits`, made up: same columns, skewed as web traffic is, same on every run."""
# ruff: noqa: SIM905 - the SQL is made of the names below, which read better as words

from pathlib import Path

import duckdb

TENANT = "00000000-0000-0000-0000-000000000001"
ROW_GROUP = 122_880

SPOKEN_OF = {
    "WatchID": "(hash(i) >> 1)::bigint",
    "Title": "case when r < 30 then '' when r < 33 then 'Google — ' || p else 'Page ' || p || ' of the shop' end",
    "EventTime": "timestamp '2013-07-01' + to_seconds(i * 2678400 // n)",
    "EventDate": "(timestamp '2013-07-01' + to_seconds(i * 2678400 // n))::date",
    "CounterID": "case when r < 12 then 62 else (h2 % 6000)::int end",
    "ClientIP": "(u * 7919 % 2000000000)::int",
    "RegionID": "(u % 230 + (u * 31) % 900 * (u % 3 = 0)::int)::int",
    "UserID": "case when u = 7 then 435090932899640449 else (hash(u) >> 1)::bigint end",
    "URL": "'http://' || case when r % 97 = 0 then 'maps.google.ru/' else 'shop-' || (p % 800) || '.example/' end || p",
    "Referer": "case when r < 20 then '' else 'https://www.site-' || (p % 900) || '.example/from/' || p end",
    "IsRefresh": "(h1 % 8 = 0)::int",
    "ResolutionWidth": "[1024, 1280, 1366, 1600, 1920, 0][1 + (u % 6)::int]",
    "MobilePhone": "case when u % 20 = 0 then (u % 90)::int else 0 end",
    "MobilePhoneModel": "case when u % 20 = 0 then 'model-' || (u % 160) else '' end",
    "TraficSourceID": "(h1 % 11)::int - 1",
    "SearchEngineID": "case when r > 85 then (h2 % 40)::int else 0 end",
    "SearchPhrase": "case when r > 86 then 'how to find ' || (h2 % (n // 20 + 10)) else '' end",
    "AdvEngineID": "case when h2 % 50 = 0 then (h2 % 30)::int else 0 end",
    "WindowClientWidth": "(u % 1900)::int",
    "WindowClientHeight": "(u % 1000)::int",
    "IsLink": "(h1 % 9 = 0)::int",
    "IsDownload": "(h1 % 200 = 0)::int",
    "DontCountHits": "(h1 % 40 = 0)::int",
    "RefererHash": "case when h1 % 50 = 0 then 3594120000172545465 else (hash(p + 1) >> 1)::bigint end",
    "URLHash": "case when h2 % 60 = 0 then 2868770270353813622 else (hash(p) >> 1)::bigint end",
}
"""What the questions speak of, by row number i of n; h1 and h2 are hashes, r a percentage, u a user, p a page."""

NUMBERS = """
    JavaEnable GoodEvent CounterClass OS UserAgent RefererCategoryID RefererRegionID URLCategoryID
    URLRegionID ResolutionHeight ResolutionDepth FlashMajor FlashMinor NetMajor NetMinor UserAgentMajor
    CookieEnable JavascriptEnable IsMobile IPNetworkID IsArtifical ClientTimeZone SilverlightVersion1
    SilverlightVersion2 SilverlightVersion3 SilverlightVersion4 CodeVersion IsNotBounce FUniqID HID
    IsOldCounter IsEvent IsParameter WithHash Age Sex Income Interests Robotness RemoteIP WindowName
    OpenerName HistoryLength HTTPError SendTiming DNSTiming ConnectTiming ResponseStartTiming
    ResponseEndTiming FetchTiming SocialSourceNetworkID ParamPrice ParamCurrencyID HasGCLID CLID
""".split()
TEXTS = """
    FlashMinor2 UserAgentMinor MobileModel Params PageCharset OriginalURL HitColor BrowserLanguage
    BrowserCountry SocialNetwork SocialAction SocialSourcePage ParamOrderID ParamCurrency
    OpenstatServiceName OpenstatCampaignID OpenstatAdID OpenstatSourceID UTMSource UTMMedium UTMCampaign
    UTMContent UTMTerm FromTag
""".split()


def make(file: Path, rows: int) -> None:
    """Write so many rows, each with what every row of the lake has: tenant, time, environment, consent."""
    columns = {
        "tenant_id": f"'{TENANT}'",
        "at": "timestamptz '2013-07-01 00:00:00+00' + to_seconds(i * 2678400 // n)",
        "environment": "case when h1 % 20 = 0 then 'dev' else 'prod' end",
        "consent_scope": "case when h2 % 3 = 0 then ['product', 'ads'] else ['product'] end",
        "consents": "case when h2 % 3 = 0 then '|product||ads|' else '|product|' end",
        **SPOKEN_OF,
        **{name: f"(hash(i + {k}) % 300)::int" for k, name in enumerate(NUMBERS)},
        **{
            name: f"case when hash(i + {k}) % 9 = 0 then 'x' || (i % 70) else '' end"
            for k, name in enumerate(TEXTS)
        },
    }
    chosen = ", ".join(f'{said} as "{name}"' for name, said in columns.items())
    seeds = f"select i, {rows} as n, hash(i) % 1000003 as h1, hash(i * 3 + 1) % 1000033 as h2 from range({rows}) t(i)"
    # Squares make few users and pages frequent and many rare.
    drawn = (
        "select *, (h1 % 100)::int as r, ((h1 / 1000003.0) ** 2 * (n / 5 + 9))::bigint as u, "
        "((h2 / 1000033.0) ** 3 * (n / 3 + 9))::bigint as p"
    )
    with duckdb.connect(config={"threads": 2}) as db:
        db.execute("set TimeZone = 'UTC'")
        db.execute(
            f"copy (select {chosen} from ({drawn} from ({seeds}))) to '{file}' "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
        )
