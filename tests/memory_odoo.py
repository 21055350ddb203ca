"""An Odoo in memory: as much of the client's interface as a load uses, with the failures that a test asks for.

Lines are written by the commands 0, 1 and 2; a value of another language or company stands under its `Variant.path`.
"""

from __future__ import annotations

import copy
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.errors import AccessRefused, Refused
from odoo_etl.odoo import ACCESS_ERROR, ServerVersion
from odoo_etl.text import lowered
from tests.memory_lines import is_lines, line_ids, lines_among, stored_under, variant_of, without_lines
from tests.memory_models import MODELS

# Fields that every model has; the fake fills only the first.
OWN = {
    "id": {"type": "integer"},
    "display_name": {"type": "char"},
    "create_date": {"type": "datetime"},
    "write_date": {"type": "datetime"},
    "write_uid": {"type": "many2one", "relation": "res.users"},
}
UID = 2
Context = Mapping[str, Any] | None
ZERO_IN_LISTS_SINCE = 15  # before, a 0 in a list is no value
NOTHING = {"integer": 0, "float": 0.0, "monetary": 0.0, "many2many": []}


@dataclass
class MemoryOdoo:
    """Records by model and id. Every call is one transaction.

    Attributes:
        records: what it holds; tests look at it and may change it.
        refuses: True for values that Odoo would refuse (`create`, `write`); answers are `Refused`.
        needed: ids of records that Odoo would not delete.
        on_delete: what becomes of lines whose record is deleted: `cascade`, `set null` or `restrict`.
        unique: fields whose value only one record may have.
        lacking: operations (`create`, `write`, `unlink`) that the user's groups do not allow on any model.
        hidden: True for records that a record rule keeps the user from changing.
        keeps: what becomes of a record when values are written to it: told the model, the values that were sent, the
            record as they would have it, and all records of the model; may change these.
        before: told `model.method` and its payload before each call; may raise what the call should meet.
        after: told the same of methods once they have landed; may raise what becomes of the answer.
        methods: further public methods by name: given the records by id, and the parameters; all or nothing.
        calls: like `OdooClient.calls`.
    """

    records: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    refuses: Callable[[Mapping[str, Any]], bool] = lambda _: False
    needed: set[int] = field(default_factory=set)
    on_delete: str = "cascade"
    unique: Sequence[str] = ()
    lacking: frozenset[str] = frozenset()
    hidden: Callable[[Mapping[str, Any]], bool] = lambda _: False
    keeps: Callable[[str, Mapping[str, Any], dict[str, Any], dict[int, dict[str, Any]]], object] = lambda *_: None
    before: Callable[[str, Any], None] = lambda _method, _payload: None
    after: Callable[[str, Any], None] = lambda _method, _payload: None
    methods: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    major: int = 19
    protocol: str = "memory"
    calls: Counter[str] = field(default_factory=Counter)
    _made: int = 0
    _last_ids: dict[str, int] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def version(self) -> ServerVersion:
        """As configured."""
        return ServerVersion(f"{self.major}.0", self.major)

    def authenticate(self):
        """Who creates what is not put there without a call."""
        return UID

    def fields_get(self, model, fields=None, attributes=None, *, context=None):
        """The attributes of the wanted fields."""
        self._called(f"{model}.fields_get", fields)
        known = {**OWN, **MODELS[model]}
        return {name: dict(known[name]) for name in fields or known if name in known}

    def default_get(self, model, fields, *, context=None):
        """Records are active."""
        self._called(f"{model}.default_get", fields)
        return {"active": True} if "active" in fields else {}

    def search_read(self, model, domain, fields, *, load=None, limit=None, order="id", context=None):
        """Records that meet every condition (`=`, `!=`, `>`, `in`, `not in`, `=ilike`, `|`), without archived links."""
        assert order == "id"
        assert fields, "Odoo reads every field where none is named"
        self._called(f"{model}.search_read", domain)
        with self._lock:
            return [
                {name: self._active(model, name, record, context) for name in ("id", *fields)}
                for record in self._matching(model, domain, context)
            ][:limit]

    def search_count(self, model, domain, *, context=None):
        """How many records `search_read` would find."""
        self._called(f"{model}.search_count", domain)
        with self._lock:
            return sum(1 for _ in self._matching(model, domain, context))

    def _matching(self, model, domain, context):
        hidden = set() if context and context.get("active_test") is False else {False}
        for number, record in self.records.get(model, {}).items():
            if record.get("active", True) not in hidden and self._meets(model, {**record, "id": number}, domain):
                yield {**record, "id": number}

    def read(self, model, ids, fields=None, *, load=None, context=None):
        """Those of the records that exist, with all their links."""
        self._called(f"{model}.read", ids)
        with self._lock:
            table = self.records.get(model, {})
            known = [{**table[number], "id": number} for number in ids if number in table]
            return [{name: self._read(model, name, one, context) for name in ("id", *fields)} for one in known]

    def create(self, model, values, *, context=None, fence=None):
        """All or nothing."""
        self._called(f"{model}.create", values, fence)
        with self._transaction(model, values):
            return self._create(model, values, context)

    def _create(self, model, values, context):
        with self._lock:
            self._allow("create", values)
            own = [without_lines(model, one) for one in values]
            checked = [self._checked(model, {"active": True, **one}, context=context) for one in own]
            if "create_uid" in MODELS[model]:
                self._made += 1
                checked = [{**one, "create_uid": UID, "create_date": f"call {self._made}"} for one in checked]
            table = self.records.setdefault(model, {})
            first = max(max(table, default=0), self._last_ids.get(model, 0)) + 1  # no id is given twice
            self._replace(table, dict(enumerate(checked, first)))
            self._last_ids[model] = max(table, default=0)
            for sent, record in zip(values, checked, strict=True):
                self.keeps(model, sent, record, table)
            for number, sent in enumerate(values, first):
                self._write_lines(model, number, sent, context)
            return list(range(first, first + len(checked)))

    def write(self, model, ids, values, *, context=None, fence=None):
        """All or nothing."""
        self._called(f"{model}.write", [values] * len(ids), fence)
        self._update(model, ids, [values] * len(ids), context)
        return True

    def load(self, model, fields, rows, *, context=None, fence=None):
        """Updates by `.id`, and new records where that is empty, all or nothing; a row that would be refused is named.

        Texts stay what they are.
        """
        self._called(f"{model}.load", rows, fence)
        assert fields[0] == ".id"
        ids, names = [int(row[0] or 0) for row in rows], [name.removesuffix("/.id") for name in fields[1:]]
        cells = [zip(names, row[1:], strict=True) for row in rows]
        values = [{name: self._loaded(model, name, cell) for name, cell in row} for row in cells]
        bad = [number for number, one in enumerate(values) if self.refuses(one)]
        if bad:
            return {"ids": False, "messages": [{"type": "error", "message": "no", "record": bad[0]}]}
        old = [(number, one) for number, one in zip(ids, values, strict=True) if number]
        made = iter(self._create(model, [one for number, one in zip(ids, values, strict=True) if not number], context))
        self._update(model, [number for number, _ in old], [one for _, one in old], context)
        return {"ids": [number or next(made) for number in ids], "messages": []}

    @staticmethod
    def _loaded(model, name, cell):
        kind = MODELS[model][name]["type"]
        if kind == "many2many":
            return [[6, 0, [int(each) for each in cell.split(",")]]]
        return int(cell) if cell and kind in {"many2one", "integer"} else cell or False

    def web_save_multi(self, model, ids, values_list, *, context=None, fence=None):
        """All or nothing."""
        self._called(f"{model}.web_save_multi", values_list, fence)
        self._update(model, ids, values_list, context)

    def unlink(self, model, ids, *, context=None, fence=None):
        """All or nothing; a record that others need (`needed`) is refused, and so is one that is not there."""
        self._called(f"{model}.unlink", ids, fence)
        with self._lock:
            table = self._table(model, ids)
            self._allow("unlink", [table[number] for number in ids])
            if used := self.needed.intersection(ids):
                raise Refused(f"another record needs {sorted(used)}", name="odoo.exceptions.ValidationError")
            for number in ids:
                self._delete(model, number)
        return True

    def listening(self, _listener):
        """See `sync.ports.Odoo`: nothing is sent twice here."""
        return self

    def execute(self, model, method, *args, ids=None, context=None, fence=None, **params):
        """One of the further methods; what it refuses changes nothing."""
        self._called(f"{model}.{method}", ids, fence)
        with self._lock:
            table = self._table(model, ids)
            before = copy.deepcopy(table)
            try:
                answer = self.methods[method]({number: table[number] for number in ids}, *args, **params)
            except Refused:
                self.records[model] = before
                raise
        self.after(f"{model}.{method}", ids)
        return answer

    def may(self, model, operation):
        """Whether the user's groups allow it."""
        self._called(f"{model}.has_access", operation)
        return operation not in self.lacking

    def writes(self) -> int:
        """How many calls that write were made."""
        verbs = (".create", ".write", ".web_save_multi", ".load", ".unlink")
        return sum(count for call, count in self.calls.items() if call.endswith(verbs))

    def add(self, model: str, *records: Mapping[str, Any]) -> list[int]:
        """Put records there without a call."""
        with self._lock:
            table = self.records.setdefault(model, {})
            first = max(table, default=0) + 1
            table.update(enumerate(({"active": True, **one} for one in records), first))
            return list(range(first, first + len(records)))

    def _called(self, call: str, payload: Any, fence: Callable[[], object] | None = None) -> None:
        if fence is not None:
            fence()
        with self._lock:
            self.calls[call] += 1
        self.before(call, payload)

    def _update(
        self, model: str, ids: Sequence[int], values_list: Sequence[Mapping[str, Any]], context: Context
    ) -> None:
        with self._transaction(model, values_list):
            table = self._table(model, ids)
            self._allow("write", [table[number] for number in ids])
            fresh = {
                number: self._checked(model, without_lines(model, values), table[number], context)
                for number, values in zip(ids, values_list, strict=True)
            }
            self._replace(table, fresh)
            for number, values in zip(ids, values_list, strict=True):
                self.keeps(model, values, fresh[number], table)
                self._write_lines(model, number, values, context)

    def _write_lines(self, model: str, parent: int, values: Mapping[str, Any], context: Context) -> None:
        """Carry out the commands of one2many fields."""
        for attributes, commands in lines_among(model, values):
            relation, inverse = attributes["relation"], attributes["relation_field"]
            for code, number, sent in commands:
                if code == 0:
                    self._create(relation, [{**sent, inverse: parent}], context)
                elif code == 1:
                    self._update(relation, [number], [sent], context)
                elif code == 2:
                    self._delete(relation, number)
                else:
                    raise AssertionError(f"command {code} of one2many fields")

    def _delete(self, model: str, number: int) -> None:
        """A record goes with its lines, unless they stay behind, or are in the way."""
        for attributes in filter(is_lines, MODELS[model].values()):
            lines = line_ids(attributes, self.records, number)
            if lines and self.on_delete == "restrict":
                raise Refused("another model requires the record", name="odoo.exceptions.ValidationError")
            for line in lines if self.on_delete == "cascade" else ():
                self._delete(attributes["relation"], line)
            for line in lines if self.on_delete == "set null" else ():
                self.records[attributes["relation"]][line][attributes["relation_field"]] = False
        del self.records[model][number]

    @contextmanager
    def _transaction(self, model: str, values_list: Sequence[Mapping[str, Any]]) -> Iterator[None]:
        """Where lines are written, too, all is as before when something is refused."""
        with self._lock:
            several = any(commands for values in values_list for _, commands in lines_among(model, values))
            before = copy.deepcopy(self.records) if several else None
            try:
                yield
            except Refused:
                self.records = self.records if before is None else before
                raise

    def _replace(self, table: dict[int, dict[str, Any]], fresh: Mapping[int, dict[str, Any]]) -> None:
        """Row by row, as PostgreSQL looks at unique values; all or nothing."""
        after = dict(table)
        for number, record in fresh.items():
            for name in self.unique:
                others = [other.get(name) for key, other in after.items() if key != number]
                if record.get(name) and record[name] in others:
                    raise Refused(f"{name} must be unique", name="odoo.exceptions.ValidationError")
            after[number] = record
        table.update(fresh)

    def _allow(self, operation: str, records: Sequence[Mapping[str, Any]]) -> None:
        if operation in self.lacking or any(map(self.hidden, records)):
            raise AccessRefused(f"no {operation} for you", name=ACCESS_ERROR)

    def _table(self, model: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        table = self.records[model]
        if missing := [number for number in ids if number not in table]:
            raise Refused(f"no record {missing}", name="odoo.exceptions.MissingError")
        return table

    def _checked(
        self,
        model: str,
        values: Mapping[str, Any],
        existing: Mapping[str, Any] | None = None,
        context: Context = None,
    ) -> dict[str, Any]:
        if self.refuses(values):
            raise Refused("the fake refuses these values", name="odoo.exceptions.ValidationError")
        record = dict(existing or {})
        for name, value in values.items():
            attributes = {"type": "boolean"} if name == "active" else MODELS[model][name]
            path = variant_of(attributes, context).path(name)
            record[path] = self._stored(attributes, value, record.get(path)) if name != "active" else value
        if model == "res.partner" and not record.get("name"):
            raise Refused("Contacts require a name", name="odoo.exceptions.ValidationError")
        return record

    def _stored(self, attributes: Mapping[str, Any], value: Any, existing: Any) -> Any:
        kind = attributes["type"]
        if kind == "many2many":
            return sorted(_commanded(value, existing or []))
        if kind == "float" and attributes.get("digits"):
            return round(value or 0.0, attributes["digits"][1])
        return value or NOTHING.get(kind, False)

    def _active(self, model: str, name: str, record: Mapping[str, Any], context: Context) -> Any:
        value = self._read(model, name, record, context)
        if not isinstance(value, list):
            return value
        others = self.records.get(MODELS[model][name]["relation"], {})
        return [each for each in value if others.get(each, {}).get("active", True)]

    def _read(self, model: str, name: str, record: Mapping[str, Any], context: Context = None) -> Any:
        attributes = OWN.get(name) or MODELS[model][name]
        if is_lines(attributes):
            return line_ids(attributes, self.records, record["id"])
        path = stored_under(attributes, name, record, variant_of(attributes, context))
        return record.get(path) or NOTHING.get(attributes["type"], False)

    def _meets(self, model: str, record: Mapping[str, Any], domain: Sequence[Any]) -> bool:
        left = iter(domain)

        def holds(term: Any) -> bool:
            if term == "|":
                either, other = holds(next(left)), holds(next(left))
                return either or other
            return self._is(model, record, *term)

        return all(map(holds, left))

    def _is(self, model: str, record: Mapping[str, Any], name: str, operator: str, wanted: Any) -> bool:
        existing = record[name] if name == "id" else self._read(model, name, record)
        if operator == "=ilike":
            return _is_like(existing, wanted)
        if operator == ">":
            return bool(existing > wanted)
        if operator == "in" and self.major < ZERO_IN_LISTS_SINCE and existing in (0, 0.0) and existing is not False:
            return False
        allowed = [one or False for one in (wanted if operator in {"in", "not in"} else [wanted])]
        found = any((one or False) in allowed for one in (existing if isinstance(existing, list) else [existing]))
        return found is (operator not in {"!=", "not in"})


def _is_like(existing: Any, pattern: str) -> bool:
    """Whether a text is like a pattern of Odoo's `=ilike`: `%` and `_` unless a backslash stands before them."""
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    shape = "".join({"%": ".*", "_": "."}.get(one) or re.escape(one.removeprefix("\\") or one) for one in pieces)
    return isinstance(existing, str) and bool(re.fullmatch(lowered(shape), lowered(existing), re.DOTALL))


def _commanded(commands: Sequence[Sequence[Any]], existing: Sequence[int]) -> set[int]:
    ids = set(existing)
    for code, one, *more in commands:
        ids = set(more[0]) if code == 6 else ids - {one} if code == 3 else ids | {one}
    return ids


def raising(error: Exception, call: str, *, at: int | None = 1) -> Callable[[str, Any], None]:
    """For `MemoryOdoo.before`: the n-th call of that name meets the error; None for each of them."""
    counted: Iterator[int] = iter(range(1, 10**9))

    def before(name: str, _: Any) -> None:
        if name == call and at in {None, next(counted)}:
            raise error

    return before
