"""Settings of analytics: `COMPANYOS_ANALYTICS_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class AnalyticsSettings(BaseSettings):
    """How much is accepted, how soon it is kept, and how long it stays."""

    model_config = part_settings("analytics")

    max_body_bytes: int = Field(
        8_388_608, ge=1024, description="Largest batch of events as it arrives, in bytes."
    )
    max_unpacked_bytes: int = Field(
        33_554_432, ge=1024, description="Largest batch of events after decompression, in bytes."
    )
    max_batch_events: int = Field(5_000, ge=1, description="Most events of one batch.")
    max_event_bytes: int = Field(65_536, ge=256, description="Largest `props` of one event, in bytes.")
    body_seconds: float = Field(15.0, gt=0, description="Longest wait for a batch, in seconds.")
    max_waiting_bytes: int = Field(
        268_435_456,
        ge=1_048_576,
        description="Batches being received or written at once, in bytes; beyond it intake answers 503.",
    )
    retry_seconds: int = Field(
        5, ge=1, description="Retry-After of an answer that nothing could be kept, in seconds."
    )
    ahead_hours: float = Field(24.0, ge=0, description="How far the time of an event may be ahead, in hours.")
    past_days: float = Field(400.0, gt=0, description="How old an event may be on arrival, in days.")
    pseudonyms_in_memory: int = Field(
        65_536, ge=0, description="Pseudonyms that a process remembers, to compute them less often."
    )

    linger_seconds: float = Field(
        0.3, gt=0, description="How long events are gathered before they become queryable."
    )
    commit_seconds: float = Field(60.0, gt=0, description="Longest time until events are in the lake.")
    commit_bytes: int = Field(
        67_108_864, ge=1, description="Bytes in memory at which events are committed to the lake sooner."
    )
    max_fresh_bytes: int = Field(
        268_435_456,
        ge=1,
        description="Bytes of uncommitted events kept in memory; beyond it reading waits for the lake.",
    )
    repeat_hours: float = Field(
        24.0,
        gt=0,
        description="For how long at least an event that comes again is known by its id and kept once, in hours.",
    )
    repeat_ids: int = Field(
        8_388_608,
        ge=1024,
        description="Most ids of one such time that are remembered, at 16 to 32 bytes; beyond it the time is shorter.",
    )

    keep_events_days: int = Field(400, ge=1, description="Days that events are kept.")
    keep_dead_days: int = Field(14, ge=1, description="Days that dead letters are kept.")
    keep_dead_bytes: int = Field(
        16_384, ge=0, description="Bytes that are kept of a refused event; a longer one is cut."
    )
    keep_stream_hours: int = Field(
        24, ge=0, description="Hours that the stream keeps events after they are in the lake."
    )
    keep_stream_bytes: int = Field(
        4_294_967_296, ge=0, description="Bytes of events that the stream keeps after they are in the lake."
    )
    repair_letters: int = Field(
        10_000, ge=1, le=100_000, description="Most dead letters that one repair looks at and replays."
    )
    repair_operations: int = Field(20, ge=1, le=200, description="Most operations of one repair.")
    open_repairs: int = Field(
        100, ge=1, description="Repairs of an environment that may wait to be replayed."
    )
    feedback_minutes: float = Field(
        15.0, gt=0, description="Least time between two messages to one producer, in minutes."
    )
    feedback_seconds: float = Field(
        10.0, gt=0, description="How long a producer may take to answer a message, in seconds."
    )
    query_memory_bytes: int = Field(
        1_073_741_824, ge=67_108_864, description="Most memory of one question's process, in bytes."
    )
    query_wall_seconds: float = Field(30.0, gt=0, description="Longest run of one question, in seconds.")
    query_cpu_seconds: float = Field(60.0, ge=1, description="Most computing of one question, in seconds.")
    query_threads: int = Field(2, ge=1, description="Threads of one question's process.")
    query_rows: int = Field(
        10_000, ge=1, description="Most rows of an answer; the answer says if there were more."
    )
    query_answer_bytes: int = Field(
        16_777_216, ge=1024, description="Largest answer, in bytes; the answer says if there was more."
    )
    query_characters: int = Field(20_000, ge=1, description="Longest text of a question, in characters.")
    query_words: int = Field(2_000, ge=1, description="Most words and signs of a question.")
    query_depth: int = Field(
        40, ge=1, le=100, description="Deepest nesting of parentheses and CASE in a question."
    )
    query_at_once: int = Field(
        8, ge=1, description="Questions that a process takes at once; beyond it asking answers 503."
    )
    query_days: int = Field(30, ge=1, description="Days that a question looks back when it does not say.")
    query_days_most: int = Field(400, ge=1, description="Most days that a question may look back.")
    tenant_bytes_per_day: int = Field(
        100_000_000_000,
        ge=0,
        description="Bytes that all questions of a tenant may read in a day (UTC), where no budget is set.",
    )
    person_bytes_per_day: int = Field(
        20_000_000_000,
        ge=0,
        description="Bytes that the questions of one person may read in a day (UTC), where no budget is set.",
    )

    report_cells_bytes: int = Field(
        268_435_456,
        ge=0,
        description="Most memory of a process for the days of the roll-up that reports asked about lately, in bytes.",
    )

    own_calls_seconds: float = Field(
        30.0,
        ge=0,
        description="How often the API tells of its own requests in events, counted by route; 0 is never.",
    )

    compact_from: int = Field(8, ge=2, description="Files of a tenant's day at which they become one.")
    grace_minutes: float = Field(
        15.0, ge=0, description="Minutes that replaced files stay for queries that still read them."
    )
