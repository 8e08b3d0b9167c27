"""Settings: given value over variable over file over default; nothing unknown or impossible gets in."""

import contextlib
import dataclasses
import math
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import RagError, SettingsError
from rag.secret import Secret
from rag.settings import Settings

BOUNDED_BELOW = ("chunk_chars", "candidates", "top_k", "max_sentences", "max_file_mb")
SHARES = ("dense_weight", "refuse_below")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("RAG_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write(text: str) -> None:
    Path("rag.toml").write_text(text, "utf-8")


def test_there_are_at_most_25_settings() -> None:
    assert len(dataclasses.fields(Settings)) <= 25


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    defaults = Settings()
    assert defaults.home == Path("data/index")
    assert defaults.cache == tmp_path / "cache" / "wenju-rag"
    assert defaults.chroma_url == ""
    assert defaults.engine == "extractive"


def test_given_value_over_variable_over_file_over_default(monkeypatch: pytest.MonkeyPatch) -> None:
    default = Settings().top_k
    write("top_k = 21\nchunk_chars = 321")
    assert Settings().top_k == 21 != default
    monkeypatch.setenv("RAG_TOP_K", "22")
    assert Settings().top_k == 22
    assert Settings(top_k=23).top_k == 23
    assert Settings().chunk_chars == 321


def test_every_setting_can_come_from_a_variable_and_from_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "home": "some/where",
        "cache": "/else/where",
        "embedding_model": "a/model",
        "chroma_url": "https://chroma.example:8000",
        "engine": "llm",
        "llm": "openai:some-model",
        "llm_base_url": "http://localhost:8000/v1",
        "llm_api_key": "a-key",
        "llm_timeout": 12.5,
        "llm_max_tokens": 99,
        "chunk_chars": 7,
        "candidates": 8,
        "top_k": 9,
        "dense_weight": 0.25,
        "refuse_below": 0.75,
        "max_sentences": 2,
        "max_file_mb": 3,
    }
    assert values.keys() == {field.name for field in dataclasses.fields(Settings)}
    write("\n".join(f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in values.items()))
    from_file = Settings()
    write("")
    for name, value in values.items():
        monkeypatch.setenv(f"RAG_{name.upper()}", str(value))
    from_variables = Settings()
    assert from_file == from_variables == Settings(**{**values, "home": Path("some/where")})  # type: ignore[arg-type]
    for name, value in values.items():
        field = getattr(from_variables, name)
        assert type(field) is type(value) or isinstance(field, Path | Secret)


def test_settings_are_frozen_and_hashable() -> None:
    one = Settings()
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.top_k = 3  # type: ignore[misc]
    assert hash(one) == hash(Settings()) and one == Settings()
    assert dataclasses.replace(one, top_k=99) != one


@pytest.mark.parametrize(
    ("variable", "said"),
    [("RAG_TOPK", "RAG_TOP_K|TOP_K"), ("RAG_HOMES", "HOME"), ("RAG_ZZZ", "top_k.*refuse_below")],
)
def test_unknown_variables_are_refused_with_what_was_meant(
    variable: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(SettingsError, match=said) as caught:
        Settings()
    assert variable in str(caught.value)


@pytest.mark.parametrize("text", ["top_kk = 3", "[rag]\ntop_k = 3", "TOP_K = 3"])
def test_unknown_keys_in_the_file_are_refused(text: str) -> None:
    write(text)
    with pytest.raises(SettingsError, match=r"rag\.toml"):
        Settings()


@pytest.mark.parametrize("text", ["top_k = ", "top_k 3", "\ufefftop_k = 3 = 4", "top_k = 3\ntop_k = 4"])
def test_a_broken_file_says_so(text: str) -> None:
    write(text)
    with pytest.raises(SettingsError, match=r"rag\.toml.*(correct|remove)"):
        Settings()


def test_a_file_that_is_not_utf8_says_so() -> None:
    Path("rag.toml").write_bytes('home = "資料"'.encode("big5"))
    with pytest.raises(SettingsError, match=r"rag\.toml"):
        Settings()


def test_given_names_are_checked_by_python() -> None:
    with pytest.raises(TypeError, match="topk"):
        Settings(topk=3)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", BOUNDED_BELOW)
@pytest.mark.parametrize("value", ["", "0", "-1", "many", "1.5", "nan", "1e3", "9" * 5000])
def test_impossible_numbers_in_variables(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"RAG_{name.upper()}", value)
    if value == "":
        assert getattr(Settings(), name) > 0  # an empty variable is an unset one
        return
    with pytest.raises(SettingsError, match=name):
        Settings()


@pytest.mark.parametrize("name", [*BOUNDED_BELOW, *SHARES])
@pytest.mark.parametrize("value", ["true", '"7"', "[1]", "-3", "2.5", "nan", "inf", "1979-05-27"])
def test_impossible_numbers_in_the_file(name: str, value: str) -> None:
    write(f"{name} = {value}")
    with pytest.raises(SettingsError, match=name):
        Settings()


@pytest.mark.parametrize("name", SHARES)
@given(value=st.floats())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_shares_lie_between_0_and_1(name: str, value: float) -> None:
    if 0 <= value <= 1 and not math.isnan(value):
        assert getattr(Settings(**{name: value}), name) == value
    else:
        with pytest.raises(SettingsError, match=name):
            Settings(**{name: value})


@pytest.mark.parametrize("name", BOUNDED_BELOW)
@given(value=st.integers())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_counts_are_at_least_1(name: str, value: int) -> None:
    if value >= 1:
        assert getattr(Settings(**{name: value}), name) == value
    else:
        with pytest.raises(SettingsError, match=f"{name}.*at least 1"):
            Settings(**{name: value})


@pytest.mark.parametrize(
    "given_values",
    [
        {"top_k": "5"},
        {"top_k": 2.5},
        {"top_k": True},
        {"top_k": None},
        {"dense_weight": "0.5"},
        {"embedding_model": ["a"]},
        {"chroma_url": None},
        {"engine": "oracle"},
        {"chroma_url": "host:8000"},
        {"chroma_url": "host"},
        {"chroma_url": "ftp://host"},
        {"chroma_url": "http://"},
        {"chroma_url": "http://[::1"},
        {"chroma_url": "http://h:port"},
        {"home": 5},
    ],
    ids=str,
)
def test_given_values_of_a_wrong_kind(given_values: dict[str, object]) -> None:
    (name,) = given_values
    with pytest.raises(SettingsError, match=name):
        Settings(**given_values)  # type: ignore[arg-type]


def test_an_empty_home_is_no_place() -> None:
    with contextlib.suppress(SettingsError):
        assert Settings(home="").home == Path("data/index")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["home", "cache"])
def test_paths_may_be_strings_and_start_at_the_users_folder(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert getattr(Settings(**{name: "~/there"}), name) == tmp_path / "there"  # type: ignore[arg-type]
    monkeypatch.setenv(f"RAG_{name.upper()}", "~/there")
    assert getattr(Settings(), name) == tmp_path / "there"
    monkeypatch.setenv(f"RAG_{name.upper()}", "")
    assert getattr(Settings(), name) != Path()


def test_every_refusal_is_fit_to_show() -> None:
    assert issubclass(SettingsError, RagError)
    with pytest.raises(SettingsError, match="set RAG_ENGINE to extractive or llm"):
        Settings(engine="oracle")


def test_a_whole_number_is_a_share_too() -> None:
    write("dense_weight = 1")
    assert Settings().dense_weight == 1
