"""Originals that people hand in, kept inside the index folder so that a rebuild can read them again.

Each lies in a folder named by its content, under a harmless name. They are only ever read, never executed.
"""

import hashlib
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from rag.errors import IndexUnusable

FOLDER = "uploads"
LONGEST_STEM = 60
"""Characters of a file name that are kept, without its extension."""
_UNSAFE = re.compile(r"[^\w.()（）《》「」『』【】，、：！？—·\- ]+")


def keep(home: Path, name: str, data: bytes) -> Path:
    """Write an original below `home` and return its path, absolute; the same file twice is kept once.

    Raises `IndexUnusable` when it cannot be written.
    """
    key = hashlib.sha256(data).hexdigest()[:16]
    path = _root(home) / key / safe_name(name)
    part = path.with_name(f".{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.chmod(0o600)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise IndexUnusable(f"cannot keep {path.name} in {home} ({error}); free space there") from error
    return path


def safe_name(name: str) -> str:
    """What a file may be called here: letters and digits of any script, plain marks, its extension."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = _UNSAFE.sub("_", last).strip(" .-")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = plain, ""
    return (stem[:LONGEST_STEM].strip(" .-") or "article") + (f".{suffix.lower()}" if suffix else "")


def discard(home: Path, origins: Iterable[str], held: Iterable[str]) -> None:
    """Delete the uploads that `origins` came from, except those that an origin in `held` comes from as well.

    Files outside the folder of uploads are left alone.
    """
    kept = {_folder(home, origin) for origin in held}
    for folder in {_folder(home, origin) for origin in origins} - kept - {None}:
        shutil.rmtree(_root(home) / str(folder), ignore_errors=True)


def _root(home: Path) -> Path:
    return home.resolve() / FOLDER


def _folder(home: Path, origin: str) -> str | None:
    """The folder of an upload; None for what is none. An origin is a path, with or without "#key"."""
    try:
        parts = PurePosixPath(origin).relative_to(_root(home).as_posix()).parts
    except ValueError:
        return None
    return parts[0] if len(parts) > 1 and parts[0] != ".." else None
