"""A server that answers JSON-2 at once, so that all the time is the tool's: `python -m bench.instant [--port N]`.

It says of itself what Odoo 19 says, has the fields and countries of the sandbox's snapshot, finds of partners only
those that the latest calls created, and makes up ids for what is created. `GET /created` answers how many records were
created since the last such question.
"""

from __future__ import annotations

import argparse
import itertools
import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson

import odoo_etl.sandbox

SNAPSHOT = Path(odoo_etl.sandbox.__file__).parent / "snapshot"
VERSION = {"version": "19.0", "version_info": [19, 0, 0, "final", 0, ""]}
VERSION_INFO = {f"server_{key}": value for key, value in VERSION.items()}
EMPTY = ("res.partner", "ir.model.data")  # models in which only what was just created is found, so that all is new
LATEST = 8  # calls whose records are found again
NOW = "2026-01-01 00:00:00"


class World:
    """What the server knows, and what was created."""

    def __init__(self) -> None:
        self.models = json.loads((SNAPSHOT / "models.json").read_text())
        self.records = json.loads((SNAPSHOT / "records.json").read_text())
        self._ids = itertools.count(1_000_000)
        self._lock = threading.Lock()
        self._created = 0
        self._latest: deque[Sequence[dict[str, Any]]] = deque(maxlen=LATEST)

    def answer(self, model: str, method: str, params: Mapping[str, Any]) -> Any:
        """What a method answers; `True` when nobody minds what."""
        known: dict[str, Callable[[], Any]] = {
            "context_get": lambda: {"lang": "en_US", "tz": "UTC", "uid": 2},
            "fields_get": lambda: self._fields(model, params),
            "search_read": lambda: self._rows(model, params),
            "search": list,
            "read": lambda: self._read(model, params),
            "search_count": lambda: 0,
            "get_param": lambda: "4d3b2a10-0000-4000-8000-000000000000",
            "create": lambda: self._new(params["vals_list"]),
            "load": lambda: {"ids": self._new([{}] * len(params["data"])), "messages": []},
            "web_save_multi": lambda: [{"id": each} for each in params["ids"]],
        }
        return known.get(method, lambda: True)()

    def created(self) -> int:
        """How many records since the last question."""
        with self._lock:
            count, self._created = self._created, 0
        return count

    def _fields(self, model: str, params: Mapping[str, Any]) -> dict[str, Any]:
        fields = self.models[model]["fields"]
        wanted, attributes = params.get("allfields") or fields, params.get("attributes")
        return {
            name: {key: value for key, value in fields[name].items() if not attributes or key in attributes}
            for name in wanted
            if name in fields
        }

    def _rows(self, model: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = self._found(params["domain"]) if model in EMPTY else self._known(model)
        return _answered(rows[params.get("offset") or 0 :], params["fields"])

    def _read(self, model: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        wanted = set(params["ids"])
        return _answered((row for row in self._known(model) if row["id"] in wanted), params.get("fields") or ["id"])

    def _known(self, model: str) -> list[dict[str, Any]]:
        if model not in self.records:
            return []
        table = self.records[model]
        return [{"create_date": NOW, **dict(zip(table["fields"], row, strict=True))} for row in table["rows"]]

    def _found(self, domain: Sequence[Any]) -> list[dict[str, Any]]:
        """What was just created and has one of the values of the first `in`."""
        name, values = next(((leaf[0], set(leaf[2])) for leaf in domain if leaf[1] == "in"), ("id", set()))
        with self._lock:
            latest = list(self._latest)
        return [row for rows in latest for row in rows if row.get(name, False) in values]

    def _new(self, values: Sequence[Mapping[str, Any]]) -> list[int]:
        with self._lock:
            self._created += len(values)
            rows = [{**one, "id": next(self._ids), "create_date": NOW, "write_date": NOW} for one in values]
            self._latest.append(rows)
        return [row["id"] for row in rows]


def _answered(rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: row.get(name, False) for name in ("id", *fields)} for row in rows]


def serve(port: int, world: World) -> ThreadingHTTPServer:
    """The server, not yet running."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer({"created": world.created()} if self.path == "/created" else VERSION)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            match self.path.split("/"):
                case ["", "json", "2", model, method]:
                    self._answer(world.answer(model, method, orjson.loads(body or b"{}")))
                case ["", "web", "webclient", "version_info"]:
                    self._answer({"jsonrpc": "2.0", "id": orjson.loads(body).get("id"), "result": VERSION_INFO})
                case _:
                    self._answer({"error": "not served"}, 404)

        def _answer(self, value: Any, status: int = 200) -> None:
            body = orjson.dumps(value)
            head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="python -m bench.instant", description="A server that answers at once.")
    parser.add_argument("--port", type=int, default=0)
    server = serve(parser.parse_args().port, World())
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
