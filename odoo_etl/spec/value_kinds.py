"""The small types that spec models are made of: durations, shares, secrets, one-or-many names.

Each says how it is written in YAML and how that looks in JSON Schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError

_UNITS_S: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h|d)")
_BYTES: Final = {"B": 1, "kB": 10**3, "KiB": 2**10, "MB": 10**6, "MiB": 2**20, "GB": 10**9, "GiB": 2**30}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(B|kB|KiB|MB|MiB|GB|GiB)")
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*/\s*(s|m|h)")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
_URL_PASSWORD = re.compile(
    r"(?P<user>://[^:/]*:)(?P<before_host>.*)(?=@)|(?P<option>[?&](?:password|passwd|pwd)=)(?P<among_options>[^&]*)"
)


def invalid(message: str, hint: str = "", *, about_value: bool = True) -> PydanticCustomError:
    """An error whose text is ours; one about a value gets the value as written added to it."""
    context = {"message": message, "hint": hint, "about_value": about_value}
    return PydanticCustomError("spec", "{message}", context)


def one_or_many(value: Any) -> Any:
    """A single text as a tuple of one."""
    return (value,) if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    """Whole numbers, also as text: `${CHUNK:-500}` is always text."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid("must be a whole number")
    return value


def _flag(value: Any) -> Any:
    flag = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(flag, bool):
        raise invalid("must be true or false")
    return flag


def _seconds(value: Any) -> float:
    """Seconds of `60s`, `15m`, `1.5h`; a bare number is seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise invalid("must be a duration", "for example 500ms, 60s, 15m, 2h")
    return float(match[1]) * _UNITS_S[match[2]]


def _byte_size(value: Any) -> int:
    """Bytes of `500 kB`, `25 MiB`; a bare number is bytes."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise invalid("must be a size", "for example 500 kB, 10 MB, 25 MiB")
    return int(float(match[1]) * _BYTES[match[2]])


def _per_second(value: Any) -> float:
    """Calls a second of `20/s`, `600/m`, `1000/h`."""
    if isinstance(value, float) and value > 0:
        return value
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if not match or not float(match[1]):
        raise invalid("must be a number of calls in a time", "for example 20/s, 600/m, 5000/h")
    return float(match[1]) / _UNITS_S[match[2]]


@dataclass(frozen=True, slots=True)
class MaxRejects:
    """How many rejected rows a run tolerates: a number of rows, or a share of the rows read."""

    rows: int | None = None
    percent: float | None = None

    def exceeded(self, rejected: int, read: int) -> bool:
        """True when more rows were rejected than the limit tolerates."""
        if self.rows is not None:
            return rejected > self.rows
        return self.percent is not None and rejected * 100 > self.percent * read

    def __str__(self) -> str:
        """As written in a job: `20` or `2%`."""
        return str(self.rows) if self.rows is not None else f"{self.percent:g}%"


def _max_rejects(value: Any) -> Any:
    if isinstance(value, MaxRejects):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return MaxRejects(rows=value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return MaxRejects(rows=int(value))
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if not match or float(match[1]) > 100:
        raise invalid("must be a number of rows or a share of them", "for example 20, 2%")
    return MaxRejects(percent=float(match[1]))


def _percent(value: Any) -> Any:
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    number = float(match[1]) if match else value
    if isinstance(number, str) and re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", number):
        number = float(number)
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= 100:
        raise invalid("must be a share from 0 to 100", "for example 30 or 30%")
    return float(number)


class SecretUrl(SecretStr):
    """A URL whose password never shows."""

    def _display(self) -> str:
        return hide_password(self.get_secret_value())


class SecretAddress(SecretUrl):
    """An address of the web; what stands behind its `?` never shows either."""

    def _display(self) -> str:
        address, mark, _ = super()._display().partition("?")
        return f"{address}?***" if mark else address


def hide_password(url: str) -> str:
    """The URL with `***` where its password stands, be it before the host or in the options."""
    return _URL_PASSWORD.sub(lambda match: f"{match['user'] or match['option']}***", url)


def passwords_in(url: str) -> set[str]:
    """The passwords that stand in a URL, as written and as meant (`%40` is @)."""
    found = {match["before_host"] or match["among_options"] or "" for match in _URL_PASSWORD.finditer(url)}
    return found | {unquote(password) for password in found}


def web_parts(url: str) -> SplitResult | None:
    """The parts of http://... or https://... with a host; None of another text."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if fits else None


def _web_address(url: SecretAddress) -> SecretAddress:
    if web_parts(url.get_secret_value()) is None:
        raise invalid("must be http://... or https://...", "for example https://hooks.example.com/loaded")
    return url


WebAddress = Annotated[SecretAddress, AfterValidator(_web_address)]
Secret = Annotated[SecretStr, WithJsonSchema({"type": "string", "writeOnly": True})]

Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Duration = Annotated[
    float,
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": rf"^{_DURATION.pattern}$"},
            ]
        }
    ),
]
ByteSize = Annotated[
    int,
    BeforeValidator(_byte_size),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": rf"^{_SIZE.pattern}$"}]}
    ),
]
Percent = Annotated[
    float,
    BeforeValidator(_percent),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 100},
                {"type": "string", "pattern": rf"^{_PERCENT.pattern}$"},
            ]
        }
    ),
]
Rate = Annotated[
    float,
    BeforeValidator(_per_second),
    WithJsonSchema({"type": "string", "pattern": rf"^{_RATE.pattern}$"}),
]
RejectLimit = Annotated[
    MaxRejects,
    BeforeValidator(_max_rejects),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": rf"^({_PERCENT.pattern}|[0-9]+)$"},
            ]
        }
    ),
]

Tag = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
FieldPath = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
ModelName = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]


def _company(value: Any) -> Any:
    """A name, an external id or an id."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


CompanyName = Annotated[
    str,
    BeforeValidator(_company),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer", "minimum": 1}]}),
]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z0-9]{2,3})?(@[A-Za-z]+)?$")]


def _names(item: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]})


FieldNames = Annotated[
    tuple[FieldName, ...],
    BeforeValidator(one_or_many),
    Field(min_length=1),
    _names({"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_]*$"}),
]
FieldPaths = Annotated[
    tuple[FieldPath, ...],
    BeforeValidator(one_or_many),
    Field(min_length=1),
    _names({"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$"}),
]
_TEXT: Final[dict[str, Any]] = {"type": "string", "minLength": 1}
Texts = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(one_or_many),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}),
]
