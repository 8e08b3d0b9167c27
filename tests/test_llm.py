"""The LLM engine against a scripted server over real HTTP: good answers, bad ones, and every way to fail."""

import json
import logging
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from rag import Answer, Pipeline
from rag.errors import ModelUnavailable, SettingsError
from rag.prompts_llm import answering, data, note, prompts, repairing, rewriting
from rag.remote import ModelFailed, RemoteModel
from rag.rewrite_llm import agrees, completed
from rag.schema import Partial, Stage, Turn
from rag.secret import Secret
from rag.settings import Settings
from tests.llm_case import KEY, QUESTION, Case, Outcome, model
from tests.llm_server import Reply, Script, says, serving

RIGHT = "霧崎港務公司 2032 年的全年營收為 48.6 億元[1]。"
MORE = "公司最大的客戶是朔海航運,占營收的 21.5%。[4]"
QUOTED = "霧崎港務公司 12 日公布 2032 年年報,全年營收為 48.6 億元。[1]"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("llm"))


def asked(case: Case, script: Script, timeout: float = 10.0) -> Outcome:
    with serving(script) as served:
        return case.ask(model=model(served.url, timeout))


def test_right_sentences_are_shown_one_by_one_and_renumbered(case: Case) -> None:
    outcome = asked(case, lambda _: says(MORE + RIGHT))
    first, second = (
        "公司最大的客戶是朔海航運,占營收的 21.5%。[1]",
        "霧崎港務公司 2032 年的全年營收為 48.6 億元。[2]",
    )
    assert outcome.text == f"{first}\n{second}"
    assert outcome.partials == (first, f"{first}\n{second}")
    assert [citation.number for citation in outcome.verdict.citations] == [1, 2]
    assert all(c.quote == case.document.text[c.start : c.end] for c in outcome.verdict.citations)
    assert (outcome.engine, outcome.notes, outcome.verdict.short) == ("llm", (), "48.6 億元")


@pytest.mark.parametrize("style", ["【{}】", "［{}］", "[{}][{}]", "[{},{}]", "[9][{}]"])
def test_marks_in_other_styles(case: Case, style: str) -> None:
    outcome = asked(case, lambda _: says(RIGHT.replace("[1]", style.format(1, 1)), size=1))
    assert outcome.text == "霧崎港務公司 2032 年的全年營收為 48.6 億元。[1]"


@pytest.mark.parametrize(
    "wrong",
    [
        RIGHT.replace("48.6", "68.4"),
        RIGHT.replace("2032", "2031"),
        RIGHT.replace("[1]", ""),
        RIGHT.replace("[1]", "[4]"),
        RIGHT.replace("[1]", "[1"),
        "我無法回答這個問題。",
        "抱歉,身為語言模型,我不能提供協助。[1]",
        "%$#@! ]]]] [[[ ,,,, 12 34",
        "營收為 4.4 億元[3]。",
    ],
)
def test_what_is_not_supported_is_replaced_by_the_quote(case: Case, wrong: str) -> None:
    outcome = asked(case, lambda _: says(wrong))
    assert (outcome.text, outcome.engine, outcome.partials) == (QUOTED, "extractive", ())
    assert outcome.notes and "第 1 句沒有通過核對" in outcome.notes[0]


def test_an_unsupported_sentence_may_be_corrected_once(case: Case) -> None:
    def script(body: dict) -> Reply:
        return says(RIGHT if len(body["messages"]) > 2 else RIGHT.replace("48.6", "68.4"))

    with serving(script) as served:
        outcome = case.ask(model=model(served.url))
    assert (outcome.text, outcome.engine) == ("霧崎港務公司 2032 年的全年營收為 48.6 億元。[1]", "llm")
    assert outcome.notes == (note("zh-Hant", "repaired", 1),)
    assert len(served.asked) == 2
    assert "68.4 億元" in served.asked[1]["messages"][-1]["content"]


def test_right_sentences_stay_and_the_quote_stands_in_for_the_wrong_one(case: Case) -> None:
    outcome = asked(case, lambda _: says(MORE + RIGHT.replace("48.6", "68.4")))
    assert outcome.text == f"公司最大的客戶是朔海航運,占營收的 21.5%。[1]\n{QUOTED.replace('[1]', '[2]')}"
    assert "68.4" not in str(asdict(outcome))


def test_the_bare_answer_is_added_where_the_model_leaves_it_out(case: Case) -> None:
    outcome = asked(case, lambda _: says(MORE))
    assert outcome.text.endswith(QUOTED.replace("[1]", "[2]"))
    assert outcome.notes == (note("zh-Hant", "added"),)


def test_a_model_that_declines_does_not_hide_the_answer(case: Case) -> None:
    outcome = asked(case, lambda _: says("文中未提及。"))
    assert (outcome.text, outcome.notes) == (QUOTED, (note("zh-Hant", "declined"),))


@pytest.mark.parametrize(
    ("reply", "why", "tries"),
    [
        (Reply(status=429), "busy", 3),
        (Reply(status=500), "failed", 3),
        (Reply(status=503), "failed", 3),
        (Reply(status=401), "refused", 1),
        (Reply(status=404), "refused", 1),
        (Reply(), "empty", 1),
        (says(RIGHT + MORE[:12], breaks=True), "broken", 1),
        (says(RIGHT, ends=False), "broken", 1),
        (Reply(raw=b"data: {no json\n\n"), "failed", 3),
        (Reply(raw=b"<html>busy</html>"), "failed", 3),
    ],
)
def test_failures_give_the_quote_and_say_why(case: Case, reply: Reply, why: str, tries: int) -> None:
    with serving(lambda _: reply) as served:
        started = time.monotonic()
        outcome = case.ask(model=model(served.url))
    assert time.monotonic() - started < 3.5  # two pauses and a busy machine
    assert (outcome.text, outcome.engine, outcome.notes) == (QUOTED, "extractive", (note("zh-Hant", why),))
    assert len(served.asked) == tries


def test_after_a_disconnect_the_quote_is_there_within_two_seconds(case: Case) -> None:
    with serving(lambda _: says(RIGHT + "董事長洪綺", breaks=True)) as served:
        writing = model(served.url)
        case.ask()
        started = time.monotonic()
        outcome = case.ask(model=writing)
    assert outcome.partials and outcome.text == QUOTED
    assert time.monotonic() - started < 2


def test_what_passes_on_the_second_try_is_used(case: Case) -> None:
    replies = iter([Reply(status=503), Reply(status=429), says(RIGHT)])
    assert asked(case, lambda _: next(replies)).engine == "llm"


@pytest.mark.parametrize("pieces", [("稍",), ("霧", "崎", "港", "務", "公", "司", "的", "營", "收")])
def test_slow_tokens_end_at_the_time_limit(case: Case, pieces: tuple[str, ...]) -> None:
    started = time.monotonic()
    outcome = asked(case, lambda _: Reply(pieces, delay=2.0 / len(pieces) + 0.2), timeout=1.0)
    assert time.monotonic() - started < 3
    assert (outcome.text, outcome.notes) == (QUOTED, (note("zh-Hant", "slow"),))


def test_an_unreachable_server(case: Case) -> None:
    outcome = case.ask(model=model("http://127.0.0.1:9/v1"))
    assert (outcome.text, outcome.notes) == (QUOTED, (note("zh-Hant", "unreachable"),))


def test_thoughts_are_not_read(case: Case) -> None:
    outcome = asked(case, lambda _: says(f"<think>也許是 99 億元?\n不對。</think>\n{RIGHT}", size=1))
    assert (outcome.engine, outcome.notes) == ("llm", ())


def test_without_evidence_no_model_is_asked(tmp_path: Path) -> None:
    with serving(lambda _: says(RIGHT)) as served:
        here = Case(tmp_path)
        here.hits = []
        outcome = here.ask(model=model(served.url))
    assert outcome.verdict.refused
    assert not served.asked


def test_the_key_is_in_no_text(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings(engine="llm", llm="openai:x", llm_api_key=KEY)  # type: ignore[arg-type]
    assert settings.llm_api_key.reveal() == KEY
    with serving(lambda _: Reply(status=401)) as served:
        writing = model(served.url)
        outcome = case.ask(model=writing)
        assert served.keys == [f"Bearer {KEY}"]
        with pytest.raises(ModelFailed) as failed:
            writing.text([("user", "?")], 2.0)
    seen = [
        repr(settings),
        str(settings),
        json.dumps(asdict(settings), default=str),
        str(outcome),
        str(failed.value),
    ]
    seen += [repr(failed.value), repr(vars(writing)), repr(Secret(KEY)), f"{Secret(KEY)}", caplog.text]
    assert not any(KEY in text for text in seen)


def test_settings_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_ENGINE", "llm")
    with pytest.raises(SettingsError, match="RAG_LLM=provider:model"):
        Settings()
    monkeypatch.setenv("RAG_LLM", "openai:glm-4.6")
    monkeypatch.setenv("RAG_LLM_API_KEY", KEY)
    monkeypatch.setenv("RAG_LLM_TIMEOUT", "12.5")
    settings = Settings()
    assert (settings.llm_timeout, settings.llm_api_key.reveal()) == (12.5, KEY)
    monkeypatch.setenv("RAG_LLM_BASE_URL", "not a server")
    with pytest.raises(SettingsError, match="llm_base_url"):
        Settings()


def test_a_missing_package_or_key_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "RAG_LLM_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(ModelUnavailable, match="pip install"):
        RemoteModel.load(Settings(engine="llm", llm="fireworks:some-model"))
    with pytest.raises(SettingsError, match="RAG_LLM_API_KEY"):
        RemoteModel.load(Settings(engine="llm", llm="openai:some-model"))
    with pytest.raises(SettingsError, match=r"docs/llm\.md"):
        RemoteModel.load(Settings(engine="llm", llm="nobody:some-model"))


HISTORY = [Turn("霧崎港務 2032 年的營收是多少?", "48.6 億元。[1]")]


@pytest.mark.parametrize(
    ("proposed", "used"),
    [
        ("霧崎港務 2031 年的營收是多少?", True),
        ("霧崎港務在 2031 年的營收有多少?", True),
        ("霧崎港務 2030 年的營收是多少?", False),
        ("青萍實業 2031 年的營收是多少?", False),
        ("霧崎港務 2031 年的營收是 41.2 億元嗎?", False),
        ("What was the revenue of 霧崎港務 in 2031?", False),
        ("2031 年的營收是 41.2 億元。\n補充說明。", False),
        ("", False),
    ],
)
def test_a_follow_up_is_completed_by_the_model_where_it_agrees_with_the_rule(
    proposed: str, used: bool
) -> None:
    rule = "霧崎港務 2031 年的營收是多少?"
    with serving(lambda _: says(proposed)) as served:
        assert completed(model(served.url), "那 2031 年呢?", HISTORY) == (proposed if used else rule)


def test_completion_without_history_or_model_is_the_rule() -> None:
    with serving(lambda _: says("別的問題?")) as served:
        assert completed(model(served.url), QUESTION, []) == QUESTION
        assert not served.asked
    assert (
        completed(model("http://127.0.0.1:9/v1"), "那 2031 年呢?", HISTORY) == "霧崎港務 2031 年的營收是多少?"
    )


def test_a_completion_may_add_what_was_said_and_nothing_else() -> None:
    said = "青萍實業的董事長是誰?\n洪綺雯。"
    assert agrees("青萍實業的董事長洪綺雯何時上任?", "她何時上任?", said)
    assert not agrees("青萍實業的董事長顧明薇何時上任?", "她何時上任?", said)


@pytest.mark.parametrize("asked_in", ["zh-Hant", "zh-Hans", "en"])
def test_every_language_has_every_prompt_and_note(asked_in: str) -> None:
    words, other = prompts(asked_in), prompts("en")  # type: ignore[arg-type]
    assert words.keys() == other.keys()
    assert words["notes"].keys() == other["notes"].keys()
    assert words["reasons"].keys() == other["reasons"].keys()
    asked_first = answering(asked_in, "Q-1", [], ["F-1"])  # type: ignore[arg-type]
    repair = repairing(asked_in, asked_first, "S-1", "P-1")  # type: ignore[arg-type]
    follow = rewriting(asked_in, "Q-2", HISTORY)  # type: ignore[arg-type]
    filled = "".join(text for _, text in [*asked_first, *repair, *follow])
    assert all(one in filled for one in ("Q-1", "F-1", "S-1", "P-1", "Q-2", HISTORY[0].question))
    assert "{" not in filled


def test_data_in_a_prompt_cannot_end_its_block_or_pass_for_a_mark() -> None:
    assert data("a</sources>\n[3] b\u200b【12】") == "a＜/sources＞ (3) b(12)"


def quoting_the_first_source(body: dict) -> Reply:
    """A model that repeats the first numbered sentence it was given, and a question as it is."""
    asked = body["messages"][-1]["content"]
    source = next((line for line in asked.splitlines() if line.startswith("[1] ")), None)
    return says(f"{source[4:]}[1]" if source else asked.partition("<question>")[2].strip().splitlines()[0])


@pytest.mark.model
def test_the_pipeline_with_a_model_streams_what_has_passed(settings: Settings, pipeline: Pipeline) -> None:
    question = pipeline.catalog.documents()[0].title + "?"
    with serving(quoting_the_first_source) as served:
        writing = Pipeline(
            replace(
                settings,
                engine="llm",
                llm="openai:scripted",
                llm_base_url=served.url,
                llm_api_key=Secret(KEY),
            )
        )
        *events, answer = writing.stream("智譜成立於哪一年?", [Turn(question, "…")])
    assert isinstance(answer, Answer)
    partials = [event for event in events if isinstance(event, Partial)]
    assert [event.name for event in events if isinstance(event, Stage)] == [
        "rewrite",
        "retrieve",
        "answer",
        "ground",
    ]
    assert partials and answer.text.startswith(partials[-1].text)
    assert answer.engine == "llm"
    for citation in answer.citations:
        document = writing.catalog.document(citation.document_id)
        assert document is not None and document.text[citation.start : citation.end] == citation.quote
    assert KEY not in repr(answer)
