"""`python -m ui`: the chat page on http://127.0.0.1:7860; the models load behind it."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rag import Pipeline, Settings
from rag.catalog import Catalog
from rag.errors import RagError


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 after an interrupt, 1 for an error, which is printed."""
    parser = argparse.ArgumentParser(prog="python -m ui", description="Chat about the indexed articles.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--home", type=Path, help="index folder (default: RAG_HOME or data/index)")
    options = parser.parse_args(arguments)
    try:
        settings = Settings(home=options.home) if options.home else Settings()
        catalog = Catalog(settings.home)
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read by gradio when it is imported
    from ui.app import build, launch

    with ThreadPoolExecutor(1) as loader:
        pipeline = loader.submit(Pipeline, settings)
        print(f"chat: http://{options.host}:{options.port}", flush=True)
        try:
            launch(build(catalog, pipeline.result), options.host, options.port)
        except OSError as error:
            print(f"error: {error}; choose another with --port", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
