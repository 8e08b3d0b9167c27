"""A file -> what it says, as it says it, and what its format declares about it.

Whatever cannot be read is reported by name with a remedy; one bad file never stops the others.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ingest.dates import iso_date
from ingest.decode import decode
from ingest.formats import Content
from rag.errors import LoadError

FORMATS = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx", ".jsonl")
_NO_ARTICLES = ("README*", "SOURCE*", "LICEN[CS]E*")
_MOST_FRONT_MATTER = 10_000
_MOST_BROKEN_LINES = 20
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_PLAIN_FIELD = re.compile(r"^(\w+)[ \t]*:[ \t]*(.+?)[ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One article of a file, as the file has it."""

    origin: str
    """Absolute posix path of the file; for jsonl "<path>#<url, or title, or hash of the text>"."""
    text: str
    """The decoded text; for html, pdf and docx the extracted text."""
    markdown: bool
    """Whether headings are marked with "#"."""
    title: str | None
    """This and what follows: only what the format itself declares."""
    source: str | None
    published: str | None
    """ISO date."""
    url: str | None
    """An http(s) address."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be read."""

    name: str
    """File name; for jsonl "<file name>:<line number>"."""
    reason: str
    """What is wrong, and after a semicolon what to do about it."""


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The given files and all files below the given folders, absolute, sorted, each once.

    Hidden files and README, SOURCE and LICENSE files below a folder are left out. What is missing, unreadable
    or of no known type stays in the list, so that `load` reports it.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files_below(path.absolute()):
            found.setdefault(_resolved(file), file)
    return sorted(found.values())


def load(path: Path, max_bytes: int) -> Iterator[Loaded | Skipped]:
    """The articles of one file, and what of it had to be skipped. Never raises for what a file holds."""
    origin = _well_formed(path.absolute().as_posix())
    name = _well_formed(path.name)
    try:
        if path.suffix.lower() == ".jsonl":
            yield from _read_lines(_bytes(path, max_bytes), origin, name)
        else:
            yield _loaded(origin, _read(path.suffix.lower(), _bytes(path, max_bytes)))
    except LoadError as error:
        yield Skipped(name, " ".join(_well_formed(str(error)).split()))


def front_matter(text: str) -> tuple[int, Mapping[str, Any]]:
    """Where the YAML front matter of a Markdown text ends (0: it has none), and its fields in lower case."""
    import yaml

    match = _FRONT_MATTER.match(text, 0, _MOST_FRONT_MATTER)
    if not match:
        return 0, {}
    try:
        fields = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError, RecursionError):
        fields = dict(_PLAIN_FIELD.findall(match.group(1)))  # mostly an unquoted colon within a title
    if not isinstance(fields, dict) or not fields:
        return 0, {}
    return match.end(), {str(key).lower(): value for key, value in fields.items()}


def _files_below(path: Path) -> Iterator[Path]:
    pending, entered = [path], set()
    while pending:
        current = pending.pop()
        try:
            if not current.is_dir():
                yield current
                continue
            children = list(current.iterdir())
        except OSError:
            yield current
            continue
        if _resolved(current) not in entered:  # links may lead round in circles
            entered.add(_resolved(current))
            pending.extend(child for child in children if not _is_left_out(child.name))


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or any(fnmatchcase(name, pattern) for pattern in _NO_ARTICLES)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link to itself
        return path


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # there, perhaps, but not for us to see
        return False
    return False


def _bytes(path: Path, max_bytes: int) -> bytes:
    if _is_missing(path):
        raise LoadError("does not exist; check the path")
    if path.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise LoadError(f"is of a type that is not read ({path.suffix or 'none'}); save it as one of {known}")
    try:
        if path.is_dir():
            raise LoadError("is a folder that cannot be listed; check its permissions")
        if path.exists() and not path.is_file():
            raise LoadError("is no regular file; give a file or a folder")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise LoadError("does not exist; check the path") from error
    except PermissionError as error:
        raise LoadError("may not be read by this user; change its permissions") from error
    except (OSError, ValueError) as error:
        raise LoadError(f"cannot be read ({error}); check the disk and the path") from error
    if len(data) > max_bytes:
        raise LoadError(f"is larger than {max_bytes / 2**20:g} MB; split it or raise RAG_MAX_FILE_MB")
    if not data.strip():
        raise LoadError("is empty; put the text of an article into it or remove it")
    return data


def _read(suffix: str, data: bytes) -> Content:
    if suffix == ".pdf":
        from ingest.pdf import read_pdf

        return read_pdf(data)
    if suffix == ".docx":
        from ingest.word import read_docx

        return read_docx(data)
    if suffix in (".html", ".htm"):
        from ingest.webpage import read_html

        return read_html(data)
    text = decode(data)
    return Content(text) if suffix == ".txt" else _declared(text, front_matter(text)[1], markdown=True)


def _read_lines(data: bytes, origin: str, name: str) -> Iterator[Loaded | Skipped]:
    """One article a line. The key of an article does not depend on where in the file it stands."""
    if data.lstrip().startswith(b"["):
        raise LoadError("is one JSON array; write one JSON object per line")
    articles: list[Content] = []
    broken: list[Skipped] = []
    for number, line in enumerate(_lines(data), 1):
        if line.strip():
            try:
                articles.append(_article(line))
            except LoadError as error:
                broken.append(Skipped(f"{name}:{number}", str(error)))
    titles = Counter(article.title for article in articles if not article.url)
    for article in articles:
        own_title = article.title if titles[article.title] == 1 else None
        key = article.url or own_title or hashlib.sha256(article.text.encode()).hexdigest()[:16]
        yield _loaded(f"{origin}#{key}", article)
    yield from broken[:_MOST_BROKEN_LINES]
    if len(broken) > _MOST_BROKEN_LINES:
        left = len(broken) - _MOST_BROKEN_LINES
        yield Skipped(name, f"has {left} more broken lines; correct or remove them")


def _lines(data: bytes) -> Sequence[str | bytes]:
    try:
        return decode(data).split("\n")
    except LoadError:
        return data.split(b"\n")  # so that one damaged line costs no other


def _article(line: str | bytes) -> Content:
    try:
        fields = json.loads(line if isinstance(line, str) else decode(line))
    except (ValueError, RecursionError) as error:
        raise LoadError(f"is no JSON ({error}); correct or remove the line") from error
    text = fields.get("text") if isinstance(fields, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise LoadError('has no text; write {"text": "…", "title": "…", …} on the line')
    return _declared(_well_formed(text), {str(key).lower(): value for key, value in fields.items()})


def _declared(text: str, fields: Mapping[str, Any], markdown: bool = False) -> Content:
    def first(*names: str) -> str | None:
        values = (fields.get(name) for name in names)
        return next((str(v) for v in values if v and isinstance(v, str | int | float | date)), None)

    return Content(
        text,
        markdown=markdown,
        title=first("title"),
        source=first("source", "site", "publisher", "author"),
        published=iso_date(first("published", "date", "pubdate", "created") or ""),
        url=first("url", "link", "permalink"),
    )


def _loaded(origin: str, content: Content) -> Loaded:
    text = _well_formed(content.text)
    if not text.strip():
        raise LoadError("holds no text; check that the file opens, or remove it")

    def line(field: str | None) -> str | None:
        return " ".join(_well_formed(field or "").split()) or None

    url = line(content.url)
    return Loaded(
        _well_formed(origin),
        text,
        content.markdown,
        line(content.title),
        line(content.source),
        content.published,
        url if url and re.match("https?://", url, re.IGNORECASE) else None,
    )


def _well_formed(text: str) -> str:
    """The text with halves of surrogate pairs joined or, when alone, replaced, and without NUL characters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
