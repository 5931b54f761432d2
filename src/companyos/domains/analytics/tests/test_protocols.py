"""Wire forms of other protocols, and what is hostile or broken in them: a reason for each event, no fault of ours."""

import base64
import gzip
import json
import urllib.parse
import uuid

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.domains.analytics.protocols import cloudevents, posthog, segment, snowplow
from companyos.domains.analytics.protocols.foreign import Foreign, Said
from companyos.domains.analytics.rules.envelope import Envelope, Unfit
from companyos.spines.identity.public import seed_ingest_key

AGREED = {"consent_scope": ["product_analytics"], "purpose": "operations"}
TP2 = "/com.snowplowanalytics.snowplow/tp2"
PAYLOAD = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"
GOOD = {
    "segment": {
        "type": "track",
        "event": "a",
        "messageId": "1",
        "userId": "u",
        "context": {"companyos": AGREED},
    },
    "posthog": {"event": "a", "uuid": "1", "distinct_id": "u", "properties": {"companyos": AGREED}},
    "snowplow": {"e": "se", "eid": "1", "se_ca": "a", "cx": "", "co": "", "uid": "u", "dtm": "1795600000000"},
    "cloudevents": {
        "specversion": "1.0",
        "id": "1",
        "source": "/s",
        "type": "a",
        "consentscope": "x",
        "data": {},
    },
}
TRANSLATE = {
    "segment": segment.translate,
    "posthog": lambda raw: posthog.translate(raw, "key"),
    "snowplow": snowplow.translate,
    "cloudevents": cloudevents.translate,
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_what_senders_say_beside_a_protocol_are_fields_of_the_envelope():
    types = msgspec.inspect.type_info(Envelope).fields
    known = {field.name: (field.type, field.default) for field in types}
    own = {field.name: field for field in msgspec.inspect.type_info(Said).fields}
    assert set(known) - set(own) == {"id", "event", "at", "user_id", "anonymous_id", "props"}
    for name, field in own.items():
        said, meant = field.type, known[name][0]
        bare = lambda of: of.type if isinstance(of, msgspec.inspect.Metadata) else of  # noqa: E731
        assert bare(said) == bare(meant), name


@pytest.mark.parametrize("protocol", GOOD)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_sent_becomes_an_envelope_or_a_reason_with_a_place(protocol, data):
    event = dict(GOOD[protocol])
    for name in data.draw(st.lists(st.sampled_from(sorted(event)), max_size=3)):
        event[name] = data.draw(ANYTHING)
    got = TRANSLATE[protocol](msgspec.json.encode(event))
    if isinstance(got, Foreign):
        for known in (False, True):
            envelope = got.named(known)
            msgspec.json.decode(msgspec.json.encode(envelope), type=Envelope)
    else:
        assert isinstance(got, Unfit) and got.fault.code and got.fault.sentence and got.fault.fix is not None
        assert got.raw == b"", "nothing is kept of what may name people"


@pytest.mark.parametrize("protocol", GOOD)
@pytest.mark.parametrize("raw", [b"0", b"[]", b'"x"', b"null", b"{}", b'{"a":' * 50_000, b'{"a":"\xff"}'])
def test_what_is_no_event_gets_a_reason(protocol, raw):
    assert isinstance(TRANSLATE[protocol](raw), Unfit)


def test_ids_of_people_never_reach_the_props():
    web = {
        "distinct_id": "u-secret",
        "$user_id": "u-secret",
        "$device_id": "d",
        "$session_id": "s",
        "companyos": AGREED,
    }
    event = {
        "event": "$pageview",
        "uuid": "1",
        "properties": {**web, "$anon_distinct_id": "u-secret", "token": "key"},
    }
    got = posthog.translate(msgspec.json.encode(event), "key")
    assert isinstance(got, Foreign)
    envelope = got.named(False)
    assert (envelope.user_id, envelope.anonymous_id, envelope.session_id) == ("u-secret", "d", "s")
    assert json.loads(bytes(envelope.props)) == {"name": "$pageview"}
    alias = posthog.translate(
        b'{"event":"$create_alias","uuid":"1","properties":{"alias":"u-secret"}}', "key"
    )
    assert isinstance(alias, Unfit) and alias.fault.code == "not_supported"


def test_a_pointer_leads_to_what_was_sent():
    got = snowplow.translate(
        b'{"e":"ue","eid":"1","ue_px":"%s"}' % base64.urlsafe_b64encode(b'{"schema":"x","data":3}')
    )
    assert isinstance(got, Unfit) and got.fault.pointer == "/ue_px/data"
    broken = snowplow.translate(b'{"e":"ue","eid":"1","ue_px":"@@@"}')
    assert isinstance(broken, Unfit) and (broken.fault.pointer, broken.fault.code) == ("/ue_px", "malformed")
    said = segment.translate(
        b'{"type":"track","event":"a","context":{"companyos":{"consent_scope":["x",7]}}}'
    )
    assert isinstance(said, Unfit) and said.fault.pointer == "/context/companyos/consent_scope/1"
    unknown = segment.translate(b'{"type":"track","event":"a","context":{"companyos":{"consentscope":[]}}}')
    assert isinstance(unknown, Unfit) and "consent_scope" in unknown.fault.fix


@pytest.fixture
async def sender(world, app_client):
    person = await world.person("tenant_admin")
    key = await seed_ingest_key(world.house, tenant=person.tenant, name="shop", environment="prod")

    async def send(path, body, kind="application/json", **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {key}", "Content-Type": kind, **headers}
        return await app_client.post(path, content=raw, headers={n: v for n, v in given.items() if v})

    send.key = key
    return send


def captured(name="a", **more):
    return {
        "event": name,
        "uuid": str(uuid.uuid4()),
        "distinct_id": "u",
        "properties": {"companyos": AGREED},
        **more,
    }


async def test_the_forms_of_posthog_clients(sender):
    key = sender.key
    inside = captured(properties={"companyos": AGREED, "token": key, "n": 1})
    form = {"data": base64.b64encode(json.dumps(inside).encode()).decode()}
    bodies = [
        ("/batch/", json.dumps({"api_key": key, "batch": [captured()]}).encode(), "application/json"),
        ("/capture/", json.dumps({"api_key": key, **captured()}).encode(), "application/json"),
        ("/e/?ip=1", json.dumps([inside]).encode(), "text/plain"),
        (
            "/e/?compression=base64",
            urllib.parse.urlencode(form).encode(),
            "application/x-www-form-urlencoded",
        ),
        ("/e/?compression=gzip-js", gzip.compress(json.dumps(inside).encode()), "text/plain"),
        ("/i/v0/e/", json.dumps(inside).encode(), "application/json"),
    ]
    for path, body, kind in bodies:
        done = await sender(path, body, kind, Authorization="")
        assert (done.status_code, done.json().get("accepted")) == (200, 1), (path, done.text)
    for path in ("/flags/?v=2", "/decide/?v=3"):
        none = await sender(path, {"api_key": key, "distinct_id": "u"}, Authorization="")
        assert none.status_code == 200 and none.json()["flags"] == none.json()["featureFlags"] == {}
        assert (await sender(path, {"api_key": "cosk_x"}, Authorization="")).status_code == 401
    other = captured(properties={"companyos": AGREED, "token": "cosk_other"})
    [verdict] = (await sender("/batch/", {"api_key": key, "batch": [other]})).json()["verdicts"]
    assert verdict["reason"]["code"] == "wrong_tenant"
    assert (await sender("/e/?compression=lz64", b"x", "text/plain")).status_code == 415


HOSTILE = [
    ("/v1/cloudevents", "application/cloudevents-batch+json"),
    ("/v1/cloudevents", "application/cloudevents+json"),
    ("/v1/batch", "application/json"),
    ("/v1/track", "application/json"),
    ("/batch/", "application/json"),
    ("/e/", "text/plain"),
    (TP2, "application/json"),
]


@pytest.mark.parametrize(("path", "kind"), HOSTILE)
async def test_hostile_bodies_are_refused_in_words(sender, path, kind):
    key = f'"api_key":"{sender.key}"'.encode()
    for body in (
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"batch":' * 100_000,
        b"{%s,%s}" % (key, b'"batch":[' * 100_000),
        b'{"batch":[{"a":1},]}',
    ):
        got = await sender(path, body, kind)
        assert got.status_code in (400, 401), (body[:20], got.status_code, got.text[:200])
        if got.status_code == 400:
            assert any(told in got.text for told in ("byte", "Send", "nested too deeply")), got.text
    for body in ({"batch": 7}, {"schema": PAYLOAD, "data": 7}, [7], 7, "x", None):
        got = await sender(path, {**body, "api_key": sender.key} if isinstance(body, dict) else body, kind)
        assert got.status_code in (400, 401, 422), (body, got.status_code, got.text[:200])
    deep = b'{"a":' * 90_000 + b"1" + b"}" * 90_000
    wrapped = {
        "/v1/cloudevents": b'[{"specversion":"1.0","id":"1","source":"/s","type":"a","data":%s}]',
        "/v1/batch": b'{"batch":[{"type":"track","event":"a","messageId":"1","properties":%s}]}',
        "/v1/track": b'{"event":"a","messageId":"1","properties":%s}',
        "/batch/": b"{" + key + b',"batch":[{"event":"a","uuid":"1","properties":%s}]}',
        "/e/": b"{" + key + b',"event":"a","uuid":"1","properties":%s}',
        TP2: b'{"schema":"' + PAYLOAD.encode() + b'","data":[{"e":"ue","eid":"1","ue_pr":%s}]}',
    }
    got = await sender(path, wrapped[path] % deep, kind)
    assert got.status_code in (400, 422), (got.status_code, got.text[:200])


@pytest.mark.parametrize(("path", "kind"), HOSTILE)
async def test_nothing_is_read_of_whoever_has_no_key(sender, path, kind):
    for credentials in (
        "",
        "Bearer cosk_nobody",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff:").decode(),
        "Digest x",
    ):
        got = await sender(path, b'{"event":"a"}', kind, Authorization=credentials)
        assert got.status_code == 401, got.text
    assert (
        await sender(f"{path}?api_key={sender.key}", b'{"event":"a"}', kind, Authorization="")
    ).status_code == 401


async def test_one_bad_event_never_fails_its_batch(sender):
    sent = [
        captured(),
        7,
        captured(uuid=""),
        captured(properties={}),
        {"event": "a" * 201},
        captured(timestamp="now"),
    ]
    got = await sender("/batch", {"api_key": sender.key, "batch": sent})
    told = [(v.get("reason") or {}) for v in got.json()["verdicts"]]
    assert got.status_code == 200
    assert [(one.get("code", ""), one.get("pointer", "")) for one in told] == [
        ("", ""),
        ("wrong_type", ""),
        ("bad_id", "/uuid"),
        ("missing_consent", "/properties/companyos/consent_scope"),
        ("too_long", "/event"),
        ("wrong_type", "/timestamp"),
    ]
    mail = captured(properties={"companyos": AGREED, "note": "write to ada@example.com"})
    [verdict] = (await sender("/batch", {"api_key": sender.key, "batch": [mail]})).json()["verdicts"]
    assert (verdict["reason"]["code"], verdict["reason"]["pointer"]) == ("unlabelled_pii", "/properties/note")


async def test_too_many_events_are_refused_before_they_are_read(sender):
    got = await sender("/batch", {"api_key": sender.key, "batch": [0] * 5001})
    assert got.status_code == 413 and "5000" in got.text


async def test_a_browser_that_looks_there_finds_no_page(sender, app_client):
    for path in ("/batch", "/e/", TP2):
        assert (await app_client.get(path)).status_code == 405
