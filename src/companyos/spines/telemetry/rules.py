"""Which spans, log records and data points are refused, and why. Pure: intake and consolidation agree by it."""

FUTURE_NS = 24 * 3600 * 10**9
"""How far a sender's clock may be ahead of ours."""
PAST_NS = 400 * 24 * 3600 * 10**9
"""How old telemetry may be on arrival."""

NO_TRACE, NO_SPAN = bytes(16), bytes(8)
NO_TRACE_ID = "trace_id must be 16 bytes (32 hexadecimal digits), not all zero"
NO_SPAN_ID = "span_id must be 8 bytes (16 hexadecimal digits), not all zero"
AHEAD = "its time is more than 24 hours ahead of this server's clock"
TOO_OLD = "its time is more than 400 days in the past"
NEVER = "it has no time"
BACKWARDS = "it ends before it starts"


def refused_span(trace_id: bytes, span_id: bytes, start: int, end: int, now: int) -> str:
    """Why a span is refused; empty when it is not. Times in nanoseconds since 1970."""
    if len(trace_id) != 16 or trace_id == NO_TRACE:
        return NO_TRACE_ID
    if len(span_id) != 8 or span_id == NO_SPAN:
        return NO_SPAN_ID
    if end < start:
        return BACKWARDS
    return refused_time(start, now)


def refused_time(at: int, now: int) -> str:
    """Why a time is refused; empty when it is not. Nanoseconds since 1970."""
    if 0 <= now - at < PAST_NS or 0 < at - now <= FUTURE_NS:
        return ""
    if at <= 0:
        return NEVER
    return AHEAD if at > now else TOO_OLD
