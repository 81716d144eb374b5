"""Somebody with a browser on the sign-in pages: it keeps cookies and sends forms, and follows no redirect."""

import re
from html import unescape
from urllib.parse import urlencode

import httpx

from .service import Service

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_ACTION = re.compile(r'<form [^>]*method="post"[^>]*action="([^"]*)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Visitor:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._cookies: dict[str, str] = {}

    def open(self, target: str) -> httpx.Response:
        return self._kept(self._service.ask("GET", target, self._headers()))

    def press(self, page: httpx.Response, **button: str) -> httpx.Response:
        """Sends the form of a page by one of its buttons."""
        action = _ACTION.search(page.text)
        assert action, page.text
        fields = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)} | button
        return self._kept(
            self._service.ask("POST", unescape(action[1]), self._headers() | FORM, urlencode(fields).encode())
        )

    def pick(self, page: httpx.Response, address: str) -> httpx.Response:
        """Signs in as somebody."""
        tenant = self._service.tenant
        return self.press(page, account=f"{tenant.id}/{tenant.object_id(address)}")

    def _headers(self) -> dict[str, str]:
        return (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())} if self._cookies else {}
        )

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer
