"""The rules of the house that no single module can break unseen: who imports whom, what an import costs,
and that nothing in the code was written for the default article."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jieba
import pytest

from rag.text import fold, is_han
from tests.paths import ARTICLES, ROOT

ALLOWED = {
    "rag": {"rag"},
    "ingest": {"ingest", "rag"},
    "ui": {"ui", "rag"},
    "eval": {"eval", "rag"},
    "training": {"training", "ingest", "rag", "eval"},
}
OWN = set(ALLOWED)
HEAVY = {
    "torch",
    "chromadb",
    "gradio",
    "jieba",
    "transformers",
    "sentence_transformers",
    "opencc",
    "onnxruntime",
}
IMPORTS_OF_NUMPY = 3
"""numpy, which `rag` needs, is about half of its import; as a ratio the bound holds on any machine."""


def sources(*packages: str) -> list[Path]:
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(found) >= len(packages)
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Names of all modules that a file imports, at its top or within functions."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            yield above + (node.module or "")
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module" and node.args:
            yield str(getattr(node.args[0], "value", ""))


# Who imports whom


@pytest.mark.parametrize("package", ALLOWED)
def test_packages_import_only_what_is_below_them(package: str) -> None:
    wrong = {
        (path.relative_to(ROOT).as_posix(), module)
        for path in sources(package)
        for module in imports(path)
        if (top := module.partition(".")[0]) in OWN and top not in ALLOWED[package]
    }
    assert wrong == set()


def test_the_products_are_the_installed_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(project["tool"]["setuptools"]["packages"]) == OWN - {"training"}


@pytest.mark.parametrize("package", ["rag", "ingest", "ui", "eval"])
def test_no_product_imports_tests_or_what_is_only_for_development(package: str) -> None:
    for path in sources(package):
        assert not {"tests", "pytest", "hypothesis", "playwright"} & {
            m.partition(".")[0] for m in imports(path)
        }


def test_modules_of_one_package_do_not_import_in_circles() -> None:
    for package in ALLOWED:
        names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sources(package)}
        uses = {
            name: {module for module in imports(path) if module in names and not name.endswith("__init__")}
            for name, path in names.items()
        }
        while free := {name for name, used in uses.items() if not used & uses.keys()}:
            uses = {name: used for name, used in uses.items() if name not in free}
        assert uses == {}, f"a circle among {sorted(uses)}"


# What an import costs


def in_another_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_rag_is_quick_and_loads_nothing_heavy() -> None:
    def importing(name: str) -> tuple[float, list[str]]:
        code = (
            f"import time; began = time.process_time(); import {name}; took = time.process_time() - began\n"
            "import json, sys; print(json.dumps([took, list(sys.modules)]))"
        )
        return tuple(json.loads(in_another_process(code)))

    runs = [importing("rag") for _ in range(3)]
    loaded = {module.partition(".")[0] for module in runs[0][1]}
    assert not HEAVY & loaded
    assert not {module for module in loaded if module.startswith("langchain")}
    numpys = min(importing("numpy")[0] for _ in range(3))
    assert min(seconds for seconds, _ in runs) < IMPORTS_OF_NUMPY * numpys


@pytest.mark.parametrize("package", ["ingest", "eval.run"])
def test_importing_the_others_loads_no_model_library(package: str) -> None:
    heavy = in_another_process(
        f"import sys, {package}; print([m for m in ('torch', 'chromadb') if m in sys.modules])"
    )
    assert heavy.strip() == "[]"


def test_the_front_door_holds_the_public_names_and_nothing_else() -> None:
    import rag

    assert set(rag.__all__) == {"Answer", "Citation", "Hit", "Pipeline", "Settings", "Turn", "answer"}


def test_importing_does_no_work() -> None:
    """No file is made or written by importing every module of rag and ingest."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sources("rag", "ingest")
        if path.stem not in ("__main__", "chain", "__init__")
    ]
    code = f"""
import sys
written = []
def watch(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        written.append(str(args[0]))
    if event in ("socket.connect", "subprocess.Popen", "os.mkdir", "_thread.start_new_thread"):
        written.append(event)
sys.dont_write_bytecode = True
sys.addaudithook(watch)
import {", ".join(modules)}
print(written)
"""
    assert in_another_process(code).strip() == "[]"


# Nothing was written for the default article


@cache
def article() -> str:
    texts = [path.read_text("utf-8") for path in sorted(ARTICLES.glob("*.txt"))]
    assert texts
    return "\n".join(texts)


def constants(path: Path) -> Iterator[str]:
    """Strings and numbers of a file; docstrings, comments and names are for people."""
    docstrings = set()
    for node in ast.walk(tree(path)):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                docstrings.add(id(statement.value))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield str(node.value)


@cache
def said_by_code() -> dict[str, str]:
    """File → its constants, as they are; data files of the packages whole."""
    said = {
        path.relative_to(ROOT).as_posix(): "\n".join(constants(path))
        for path in sources("rag", "ingest", "ui", "training")
    }
    suffixes = (".tsv", ".txt", ".json", ".js", ".toml", ".yaml")
    data = [p for name in ("rag", "ingest", "ui") for p in (ROOT / name).rglob("*") if p.suffix in suffixes]
    return said | {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in data}


def names_of_article() -> set[str]:
    """Latin words written as only names are: 4 letters and more, with capitals within or digits."""
    words = re.findall(r"(?<![A-Za-z])[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*", article())
    return {word for word in words if len(word) >= 4 and re.search(r"[A-Z\d]", word[1:])}


def figures_of_article() -> set[str]:
    """Decimals of three digits or more; whole numbers of four or more, neither round nor years."""
    decimals = re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", article())
    whole = re.findall(r"(?<![\d.])\d{4,}(?![\d.])", article())
    return {n for n in decimals if len(n) > 3} | {
        n for n in whole if n[-1] != "0" and not re.match("(19|20)\\d\\d$", n)
    }


@cache
def invented_words_of_article() -> set[str]:
    """Chinese words that the article has at least ten times and no dictionary has: its own names."""
    segmenter = jieba.Tokenizer()
    words = [word for word in segmenter.cut(fold(article())) if len(word) > 1 and all(map(is_han, word))]
    return {word for word in set(words) if words.count(word) >= 10 and not segmenter.FREQ.get(word)}


def test_the_article_has_words_to_look_for() -> None:
    """Else the tests below would pass without looking."""
    assert len(names_of_article()) >= 10
    assert len(figures_of_article()) >= 10
    assert invented_words_of_article()


@pytest.mark.parametrize("kind", [names_of_article, figures_of_article])
def test_no_name_or_figure_of_the_article_is_in_the_code(kind) -> None:
    found = {
        (file, word)
        for file, said in said_by_code().items()
        for word in kind()
        if re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.]|\.\d)", said)
    }
    assert found == set()


def test_no_chinese_name_of_the_article_is_in_the_code() -> None:
    found = {
        (file, word)
        for file, said in said_by_code().items()
        for word in invented_words_of_article()
        if word in fold(said)
    }
    assert found == set()


def test_no_sentence_of_the_article_is_in_the_code() -> None:
    """No eight characters of its running Chinese text in a row; the terms of the genre are shorter."""
    runs = re.findall(r"[\u4e00-\u9fff]{8,}", fold(article()))
    pieces = {run[i : i + 8] for run in runs for i in range(len(run) - 7)}
    assert len(pieces) > 1000
    found = {
        (file, said[at : at + 8])
        for file, raw in said_by_code().items()
        for said in [fold(raw)]
        for at in range(len(said) - 7)
        if said[at : at + 8] in pieces
    }
    assert found == set()


def test_constants_are_found_wherever_they_stand(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        '"""Doc."""\nX = {"a": (f"{1}Zx-9", [b])}\ndef f(y="d"):\n    """Doc."""\n    return 4.5\n', "utf-8"
    )
    assert set(constants(planted)) == {"a", "1", "Zx-9", "d", "4.5"}
