"""What OTLP says is what the columns hold, in both notations."""

import base64
import json
import math
import time

import pytest
from google.protobuf.json_format import MessageToDict

from companyos.kernel.ports.stream import Record, Stored
from companyos.kernel.problems import Malformed
from companyos.spines.telemetry.histogram import bucket_of, middle_ms, quantile_ms
from companyos.spines.telemetry.otlp.columns import Decoder
from companyos.spines.telemetry.otlp.request import check, parse_json, parse_protobuf

from .otlp_bodies import SECOND, attribute, log, logs, metrics, span, traces

NOW = time.time_ns()
HEADERS = {"tenant": "t", "environment": "prod", "received_ns": str(NOW)}


def rows_of(signal, message, table):
    stored = [Stored(7, Record(message.SerializeToString(), HEADERS))]
    return Decoder(signal).tables(stored)[table].to_pylist()


def otlp_json(message):
    """The protobuf JSON mapping with OTLP's own rule: ids are hexadecimal."""

    def rewrite(value, name=""):
        if isinstance(value, dict):
            return {k: rewrite(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [rewrite(v, name) for v in value]
        return base64.b64decode(value).hex() if name in ("traceId", "spanId", "parentSpanId") else value

    return json.dumps(rewrite(MessageToDict(message, use_integers_for_enums=True))).encode()


RICH = span(
    1,
    start=NOW - SECOND,
    parent=9,
    kind=3,
    error=True,
    attributes=[
        attribute("text", "ünï"),
        attribute("whole", -(2**62)),
        attribute("half", 0.5),
        attribute("yes", True),
        attribute("raw", b"\x00\xff"),
        {"key": "list", "value": {"array_value": {"values": [{"int_value": 1}, {"string_value": "b"}]}}},
        {"key": "map", "value": {"kvlist_value": {"values": [attribute("in", "side")]}}},
        {"key": "none", "value": {}},
    ],
    events=[{"time_unix_nano": NOW, "name": "exception", "attributes": [attribute("type", "ValueError")]}],
    links=[{"trace_id": b"\x01" * 16, "span_id": b"\x02" * 8}],
)


def test_a_span_with_everything():
    [row] = rows_of("traces", traces(RICH), "telemetry.spans")
    assert row["trace_id"] == "2".zfill(32)
    assert row["parent_id"] == "a".zfill(16)
    assert (row["kind"], row["status"], row["status_message"]) == ("client", "error", "it broke")
    assert row["duration_ns"] == 5_000_000
    assert (row["service"], row["scope"], row["_offset"]) == ("api", "tests@1", 7)
    assert json.loads(row["attributes"]) == {
        "text": "ünï",
        "whole": -(2**62),
        "half": 0.5,
        "yes": True,
        "raw": "AP8=",
        "list": [1, "b"],
        "map": {"in": "side"},
        "none": None,
    }
    assert json.loads(row["events"])[0]["attributes"] == {"type": "ValueError"}
    assert json.loads(row["links"])[0]["trace_id"] == "01" * 16
    assert json.loads(row["resource"])["host.name"] == "h1"


POINTS = metrics(
    {"name": "g", "unit": "1", "gauge": {"data_points": [{"time_unix_nano": NOW, "as_int": 3}]}},
    {
        "name": "s",
        "sum": {
            "aggregation_temporality": 2,
            "is_monotonic": True,
            "data_points": [{"time_unix_nano": NOW, "start_time_unix_nano": NOW - SECOND, "as_double": 1.5}],
        },
    },
    {
        "name": "h",
        "histogram": {
            "aggregation_temporality": 1,
            "data_points": [
                {
                    "time_unix_nano": NOW,
                    "count": 3,
                    "sum": 6.0,
                    "min": 1.0,
                    "max": 3.0,
                    "explicit_bounds": [2.0],
                    "bucket_counts": [1, 2],
                }
            ],
        },
    },
    {
        "name": "e",
        "exponential_histogram": {
            "data_points": [
                {
                    "time_unix_nano": NOW,
                    "count": 2,
                    "scale": 3,
                    "positive": {"offset": 1, "bucket_counts": [2]},
                }
            ]
        },
    },
    {
        "name": "q",
        "summary": {
            "data_points": [
                {
                    "time_unix_nano": NOW,
                    "count": 2,
                    "sum": 3.0,
                    "quantile_values": [{"quantile": 0.5, "value": 1.5}],
                }
            ]
        },
    },
)


def test_every_kind_of_metric():
    found = {row["name"]: row for row in rows_of("metrics", POINTS, "telemetry.metrics")}
    assert (found["g"]["kind"], found["g"]["value"], found["g"]["unit"]) == ("gauge", 3.0, "1")
    assert (found["s"]["temporality"], found["s"]["monotonic"], found["s"]["value"]) == (
        "cumulative",
        True,
        1.5,
    )
    assert (found["h"]["value"], found["h"]["count"], found["h"]["temporality"]) == (6.0, 3, "delta")
    assert json.loads(found["h"]["detail"]) == {"bounds": [2.0], "counts": [1, 2], "min": 1.0, "max": 3.0}
    assert json.loads(found["e"]["detail"])["positive"] == {"offset": 1, "counts": [2]}
    assert json.loads(found["q"]["detail"])["quantiles"] == [{"quantile": 0.5, "value": 1.5}]


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        ("traces", traces(RICH, span(2))),
        ("metrics", POINTS),
        (
            "logs",
            logs(log("hello", attributes=[attribute("n", 1)], trace_id=b"\x01" * 16), log("w", severity=13)),
        ),
    ],
)
def test_json_means_the_same_as_protobuf(signal, message):
    assert parse_json(signal, otlp_json(message)) == message


def test_json_numbers_may_be_text_and_unknown_members_are_ignored():
    body = {
        "resourceMetrics": [
            {
                "schemaUrl": "x",
                "scopeMetrics": [
                    {
                        "metrics": [
                            {
                                "name": "g",
                                "new": {},
                                "gauge": {"dataPoints": [{"timeUnixNano": str(NOW), "asDouble": "NaN"}]},
                            }
                        ]
                    }
                ],
            }
        ]
    }
    [row] = rows_of("metrics", parse_json("metrics", json.dumps(body).encode()), "telemetry.metrics")
    assert math.isnan(row["value"])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"name": 5}]}]}]}', r"resourceSpans\[0\].*name"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "xyz"}]}]}]}', "hexadecimal"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"kind": 99999999999}]}]}]}', "OTLP JSON"),
        (b"\xff\xfe", "OTLP JSON"),
    ],
)
def test_bad_json_is_refused_with_the_place(body, told):
    with pytest.raises(Malformed, match=told):
        parse_json("traces", body)


def test_deep_nesting_is_refused_not_crashed():
    value = '{"arrayValue":{"values":[' * 5000 + "]}}" * 5000
    body = '{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":' + value + "}]}}]}"
    with pytest.raises(Malformed):
        parse_json("traces", body.encode())


def test_garbage_is_no_protobuf():
    with pytest.raises(Malformed, match="ExportTraceServiceRequest"):
        parse_protobuf("traces", b"\xff\xff\xff\xff")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"trace_id": b""}, "trace_id"),
        ({"trace_id": bytes(16)}, "trace_id"),
        ({"span_id": b"\x01" * 7}, "span_id"),
        ({"start_time_unix_nano": 0, "end_time_unix_nano": 1}, "no time"),
        ({"end_time_unix_nano": 5}, "ends before"),
        (
            {
                "start_time_unix_nano": NOW + 25 * 3600 * SECOND,
                "end_time_unix_nano": NOW + 26 * 3600 * SECOND,
            },
            "ahead",
        ),
        ({"start_time_unix_nano": NOW - 401 * 86400 * SECOND}, "in the past"),
    ],
)
def test_what_intake_refuses_is_not_kept(change, reason):
    message = traces(span(1), {**span(2), **change})
    verdict = check("traces", message, NOW)
    assert (verdict.accepted, verdict.refused) == (1, 1)
    assert reason in verdict.reason
    assert len(rows_of("traces", message, "telemetry.spans")) == 1


def test_requests_are_rolled_up_by_minute_and_operation():
    minute = NOW - NOW % (60 * SECOND) - 60 * SECOND
    message = traces(
        *(span(n, start=minute + n, ms=10) for n in range(10)),
        *(span(n, start=minute + 60 * SECOND, ms=80, error=True) for n in range(3)),
        span(50, start=minute, kind=3, parent=1),
        span(51, start=minute, kind=1, parent=1),
        span(52, start=minute, kind=1, name="job"),
    )
    found = rows_of("traces", message, "telemetry.red")
    assert sorted((r["operation"], r["count"], r["errors"]) for r in found) == [
        ("GET /things", 3, 3),
        ("GET /things", 10, 0),
        ("job", 1, 0),
    ]
    ten = next(r for r in found if r["count"] == 10)
    assert (ten["buckets"], ten["counts"]) == ([bucket_of(10_000_000)], [10])


@pytest.mark.parametrize("ns", [1, 2, 1000, 999_999, 1_000_000, 123_456_789, 3600 * SECOND])
def test_a_bucket_is_within_its_error_of_what_it_holds(ns):
    assert middle_ms(bucket_of(ns)) == pytest.approx(ns / 1e6, rel=0.0906 / 2 + 0.001)


def test_quantiles_of_a_sum_are_those_of_all():
    assert quantile_ms({}, 0.5) is None
    ones, tens = {bucket_of(1_000_000): 95}, {bucket_of(100_000_000): 5}
    assert quantile_ms(ones | tens, 0.95) == pytest.approx(1, rel=0.05)
    assert quantile_ms(ones | tens, 0.96) == pytest.approx(100, rel=0.05)
