"""`python -m ui`: the chat page on http://127.0.0.1:7860; the models load behind it."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock

from rag import Pipeline, Settings
from rag.catalog import Catalog
from rag.errors import RagError, SettingsError

PASSWORD = "RAG_AUTH"  # noqa: S105 - the name of the variable
"""Environment variable with USER:PASSWORD; unlike an argument it does not show in the list of processes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 after an interrupt, 1 for an error, which is printed."""
    options = _options(arguments)
    try:
        auth = _user_and_password(options.auth or os.environ.pop(PASSWORD, ""))
        settings = Settings(home=options.home) if options.home else Settings()
        catalog = Catalog(settings.home)
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read by gradio when it is imported
    from ui.app import build
    from ui.serve import launch

    loading = _Loading(settings)
    try:
        page = build(settings, catalog, lambda engine: loading.of(engine).result())
        bound = settings.max_file_mb
        launch(page, options.host, options.port, max_file_mb=bound, share=options.share, auth=auth)
        print(f"chat: http://{options.host}:{options.port}", flush=True)
        loading.of(settings.engine)  # not before: the imports of the models would hold the page up
        page.block_thread()
    except OSError as error:
        print(f"error: {error}; choose another with --port", file=sys.stderr)
        return 1
    return 0


class _Loading:
    """The pipelines by engine, each loaded once, in a thread of its own. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._loader = ThreadPoolExecutor(1)
        self._pipelines: dict[str, Future[Pipeline]] = {}

    def of(self, engine: str) -> "Future[Pipeline]":
        with self._lock:
            if engine not in self._pipelines:
                wanted = replace(self._settings, engine=engine)
                self._pipelines[engine] = self._loader.submit(Pipeline, wanted)
            return self._pipelines[engine]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ui", description="Chat about the indexed articles.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--home", type=Path, help="index folder (default: RAG_HOME or data/index)")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help=f"ask for it at the door (or set {PASSWORD})")
    parser.add_argument("--share", action="store_true", help="a public link through gradio's servers")
    return parser.parse_args(arguments)


def _user_and_password(given: str) -> tuple[str, str] | None:
    if not given:
        return None
    user, colon, password = given.partition(":")
    if not (user and colon and password):
        raise SettingsError(f"--auth and {PASSWORD} must look like USER:PASSWORD")
    return user, password


if __name__ == "__main__":
    sys.exit(main())
