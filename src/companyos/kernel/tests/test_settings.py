"""A setting that cannot be is refused before anything starts: which, what is wrong, what to write."""

import pytest

from companyos.kernel.adapters import Adapters
from companyos.kernel.problems import Misconfigured
from companyos.kernel.settings import Settings, read_settings


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("COMPANYOS_PUBLIC_URL", "nonsense", "https://companyos.example.com"),
        ("COMPANYOS_PUBLIC_URL", "https://here/under/a/path", "without path"),
        ("COMPANYOS_PUBLIC_URL", "https://me:secret@here", "without path"),
        ("COMPANYOS_PUBLIC_URL", "https://here:port", "without path"),
        ("COMPANYOS_ISSUER", "ftp://x", "https"),
        ("COMPANYOS_ISSUER", "http://login.example.com", "https"),
        ("COMPANYOS_ISSUER", "https://login.example.com/?tenant=a", "without query"),
        ("COMPANYOS_RELAY_BATCH", "many", "integer"),
        ("COMPANYOS_LOG_LEVEL", "loud", "debug"),
    ],
)
def test_what_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, advice: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Misconfigured) as refused:
        read_settings(Settings)
    (reason,) = refused.value.reasons
    assert reason.where == variable
    assert advice in reason.sentence
    assert value in reason.sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COMPANYOS_PUBLIC_URL", "https://companyos.example.com:8443/"),
        ("COMPANYOS_PUBLIC_URL", "http://[::1]:8700"),
        ("COMPANYOS_ISSUER", "https://login.example.com/realms/acme"),
        ("COMPANYOS_ISSUER", "http://127.0.0.1:8080/realm"),
    ],
)
def test_what_can_be_is_taken(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    settings = read_settings(Settings)
    assert getattr(settings, variable.removeprefix("COMPANYOS_").lower()) == value


def test_an_engine_that_is_not_there_names_the_setting_that_asked_for_it() -> None:
    adapters = Adapters()
    adapters.offer(dict, "file", lambda url: {"url": url})
    assert adapters.resolve(dict, "COMPANYOS_BLOB", "file:/here") == {"url": "file:/here"}
    with pytest.raises(Misconfigured, match="COMPANYOS_BLOB") as refused:
        adapters.resolve(dict, "COMPANYOS_BLOB", "s3://bucket")
    assert refused.value.reasons[0].remedy is not None
    assert "file:" in refused.value.reasons[0].remedy.sentence
