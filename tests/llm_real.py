"""`make llm`: a real small model behind a local OpenAI-compatible endpoint, and what the check makes of its
words.

Asks the dev questions of the article set; prints, for the extractive engine and the LLM engine, how many
answers are
right, and how many figures of the model stand in no cited sentence, before the check and after it.
"""

import argparse
import queue
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from eval.dataset import Question, article_set
from eval.judge import judge
from eval.run import read_texts
from ingest import ingest
from rag import Answer, Pipeline, Settings
from rag.carried import missing_figure
from rag.ground import Evidence
from rag.marks import CitedSentence, without_marks
from rag.sources import Source
from rag.verify import Verdict, Verifier
from tests.llm_server import Reply, serving
from tests.llm_weights import MODELS, fetched
from tests.paths import ARTICLES

QUESTIONS = 40


def main() -> int:
    """Exit status 1 where a figure is shown that no citation holds, or where the model never passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.llm_real")
    parser.add_argument("--model", type=int, default=0, help="0: 1.5 billion weights; 1: 0.5 billion")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    options = parser.parse_args()
    files = [fetched(weights) for weights in MODELS]
    generate = loaded(files[options.model])
    dev = [q for q in article_set().questions if q.split == "dev" and not q.history]
    texts = read_texts(article_set())
    home = Path(tempfile.mkdtemp())
    ingest([ARTICLES], Settings(home=home))
    quoting = Pipeline(Settings(home=home))
    with serving(lambda body: Reply(pieces=generate(body["messages"]))) as served:
        writing = Pipeline(
            Settings(home=home, engine="llm", llm="openai:local", llm_base_url=served.url, llm_timeout=120.0)
        )
        seen = recorded(writing)
        pairs = [
            (one, quoting.answer(one.question), writing.answer(one.question))
            for one in dev[: options.questions]
        ]
    return report(pairs, texts, seen)


def loaded(path: Path) -> Callable[[list[dict[str, str]]], Iterator[str]]:
    """The model in openvino; one answer at a time, piece by piece, at most 300 tokens."""
    import openvino_genai

    pipe = openvino_genai.LLMPipeline(str(path), "CPU")
    config = openvino_genai.GenerationConfig(max_new_tokens=300, do_sample=False)
    config.apply_chat_template = False
    config.stop_strings = {"<|im_end|>"}
    lock = threading.Lock()

    def generate(messages: list[dict[str, str]]) -> Iterator[str]:
        turns = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)
        pieces: queue.Queue[str | None] = queue.Queue()

        def write() -> None:
            pipe.generate(f"{turns}<|im_start|>assistant\n", config, pieces.put)

        with lock, ThreadPoolExecutor(1) as pool:
            pool.submit(write).add_done_callback(lambda _: pieces.put(None))
            yield from iter(pieces.get, None)

    return generate


class Recorder(Verifier):
    """Keeps every sentence that is checked."""

    seen: list[tuple[CitedSentence, Sequence[Source], Verdict]]

    def check(
        self, question: str, sentence: CitedSentence, sources: Sequence[Source], found: str | None = None
    ) -> Verdict:
        verdict = super().check(question, sentence, sources, found)
        self.seen.append((sentence, sources, verdict))
        return verdict


def recorded(pipeline: Pipeline) -> list[tuple[CitedSentence, Sequence[Source], Verdict]]:
    """The list into which the pipeline's verifier now writes what it checks."""
    engine: Any = pipeline._engine
    recorder = Recorder(engine._verifier._reader, engine._verifier._translated)
    recorder.seen = []
    engine._verifier = recorder
    return recorder.seen


def report(
    pairs: Sequence[tuple[Question, Answer, Answer]],
    texts: dict[str, str],
    seen: Sequence[tuple[CitedSentence, Sequence[Source], Verdict]],
) -> int:
    """Print the table; the exit status."""
    quoted = sum(judge(question, answer, texts).right for question, answer, _ in pairs)
    written = sum(judge(question, answer, texts).right for question, _, answer in pairs)
    wrong = [(s, v) for s, sources, v in seen if missing_figure(s.text, [sources[n - 1] for n in s.cited])]
    shown = [answer for *_, answer in pairs if unsupported(answer)]
    used = sum(answer.engine == "llm" for *_, answer in pairs)
    lines = [
        f"questions {len(pairs)}; right: extractive {quoted}, llm {written}; model's words used in {used}",
        f"sentences of the model {len(seen)}, passed {sum(v.passed for *_, v in seen)}",
        f"with a figure that its citation lacks: before the check {len(wrong)}, after it {len(shown)}",
    ]
    for _, _, answer in pairs[:5]:
        lines.append(" ".join(["-", answer.query, "→", *answer.text.splitlines(), *answer.notes]))
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(shown) or not used)


def unsupported(answer: Answer) -> str | None:
    """A figure in the text that stands in none of the quotes."""
    held = [Source(Evidence(c.document_id, c.start, c.end, c.quote), c.title, None) for c in answer.citations]
    said = " ".join(without_marks(line) for line in answer.text.splitlines())
    return missing_figure(said, held) if held else None


if __name__ == "__main__":
    sys.exit(main())
