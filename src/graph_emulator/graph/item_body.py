"""The text of an event: kept as HTML, told as that or as text. https://learn.microsoft.com/graph/api/resources/itembody"""

import re
from functools import lru_cache
from html import escape, unescape

from graph_emulator.errors import Json
from graph_emulator.graph.declared import Sent, member

PREVIEW = 255

# What nobody closes goes on to the end, as in browsers; so a text is read once, however it was made.
_INVISIBLE = re.compile(
    r"<(style|script|title)\b.*?(?:</\1\s*>|\Z)|<head\b.*?(?:</head\s*>|(?=<body\b)|\Z)|<!--.*?(?:-->|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"<br\s*/?>|</(p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!][^>]*(?:>|\Z)", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"&#[0-9]{8,};?")  # of no character, and more than Python reads


class SentBody(Sent, frozen=True):
    content: str | None = None
    content_type: str | None = None


def kept(sent: SentBody | None) -> str:
    """The HTML document that is kept of what was sent."""
    is_html = sent is not None and member(("text", "html"), sent.content_type or "text") == "html"
    content = (sent and sent.content) or ""
    if not content or (is_html and content.lstrip()[:5].lower() == "<html"):
        return content
    return f"<html><head></head><body>{content if is_html else escape(content, quote=False)}</body></html>"


def body_json(html: str, *, text: bool) -> Json:
    return {"contentType": "text", "content": plain(html)} if text else {"contentType": "html", "content": html}


def preview(html: str) -> str:
    return plain(html)[:PREVIEW]


@lru_cache(maxsize=1024)
def plain(html: str) -> str:
    """What there is to read in an HTML document."""
    visible = _BREAK.sub("\r\n", _INVISIBLE.sub("", html))
    return unescape(_LONG_NUMBER.sub("\ufffd", _TAG.sub("", visible))).strip()
