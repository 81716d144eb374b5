"""The site of an app that signs people in: the libraries as npm delivers them, and a few lines that call them."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import trustme

PAGES = Path(__file__).parent / "pages"
MODULES = Path(__file__).parents[3] / "client" / "node_modules"
FILES = {
    "msal.html": PAGES / "msal.html",
    "msal-browser.js": MODULES / "@azure/msal-browser/lib/msal-browser.min.js",
    "bridge.html": PAGES / "bridge.html",
    "redirect-bridge.js": MODULES / "@azure/msal-browser/lib/redirect-bridge/msal-redirect-bridge.min.js",
    "oauth.html": PAGES / "oauth.html",
    "oauth.js": PAGES / "oauth.js",
    "oauth4webapi.js": MODULES / "oauth4webapi/build/index.js",
}
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@dataclass
class Site:
    """The same files over http and over https, once for each folder; a folder's config.js says how to sign in."""

    http: str = ""
    https: str = ""
    configurations: dict[str, Mapping[str, object]] = field(default_factory=dict)  # by folder

    def file(self, path: str) -> tuple[bytes, str] | None:
        """What lies at a path such as /some-folder/msal.html, and its media type."""
        folder, _, name = path.partition("?")[0].lstrip("/").partition("/")
        if name == "config.js" and folder in self.configurations:
            return f"const CONFIG = {json.dumps(self.configurations[folder])};".encode(), TYPES[".js"]
        if found := FILES.get(name):
            return found.read_bytes(), TYPES[found.suffix]
        return None


@contextmanager
def serving() -> Iterator[Site]:
    """Serves a site on two free ports of localhost."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_GET(self) -> None:
            body, kind = site.file(self.path) or (b"", "text/plain")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ExitStack() as stack:
        plain, secure = (stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) for _ in range(2))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("localhost").configure_cert(context)
        secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
        site.http = f"http://localhost:{plain.server_port}"
        site.https = f"https://localhost:{secure.server_port}"
        for server in (plain, secure):
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            stack.callback(server.shutdown)
        yield site
