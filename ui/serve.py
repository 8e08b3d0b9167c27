"""The page on a port, its style in the HTML as it is served: what `head=` and `css=` hold comes after the
first paint.
"""

from pathlib import Path

import gradio as gr
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).with_name("static")
FONTS = ["system-ui", "PingFang TC", "Noto Sans TC", "Noto Sans CJK TC", "Microsoft JhengHei", "sans-serif"]


def launch(
    page: gr.Blocks,
    host: str,
    port: int,
    *,
    max_file_mb: int | None = None,
    share: bool = False,
    auth: tuple[str, str] | None = None,
) -> None:
    """Serve the page and return; it is served until `page.close()` or the end of the process.

    The server takes no larger uploads than `max_file_mb`; None: of any size.
    """
    style, script = ((STATIC / name).read_text("utf-8") for name in ("style.css", "page.js"))
    page.launch(
        server_name=host,
        server_port=port,
        theme=gr.themes.Default(primary_hue="teal", neutral_hue="stone", font=FONTS, font_mono=["monospace"]),
        head=f"<script>{script}</script>",
        app_kwargs={"middleware": [Middleware(Styled, style)]},
        max_file_size=None if max_file_mb is None else max_file_mb * 2**20,
        footer_links=[],
        run_history=False,
        share=share,
        auth=auth,
        quiet=True,
        prevent_thread_lock=True,
    )


class Styled:
    """ASGI middleware that ends the head of each HTML page with a style sheet."""

    def __init__(self, app: ASGIApp, style: str) -> None:
        self._app = app
        self._style = f"<style>{style}</style></head>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        started: Message | None = None
        page = b""

        async def styled(message: Message) -> None:
            nonlocal started, page
            if message["type"] == "http.response.start" and _is_html(message):
                started = message
            elif started is None:
                await send(message)
            else:
                page += message.get("body", b"")
                if not message.get("more_body"):
                    page = page.replace(b"</head>", self._style, 1)
                    MutableHeaders(raw=started["headers"])["content-length"] = str(len(page))
                    await send(started)
                    await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, styled)


def _is_html(started: Message) -> bool:
    return Headers(raw=started["headers"]).get("content-type", "").startswith("text/html")
