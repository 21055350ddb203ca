"""Alerts: where they go (`channels`), what they are about (`rules`), and what is otherwise for some jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, SecretStr, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.value_kinds import (
    Duration,
    Flag,
    MaxRejects,
    Percent,
    RejectLimit,
    Secret,
    WebAddress,
    Whole,
    invalid,
    passwords_in,
)

MOST_CHANNELS: Final = 20
TAG: Final = "tag:"
_OURS: Final = frozenset(
    {"content-length", "content-type", "host", "webhook-id", "webhook-signature", "webhook-timestamp"}
)
Form = Literal["json", "slack", "teams", "text"]
ChannelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]*$")]
ExitCode = Annotated[Whole, Field(ge=1, le=255)]


class WebhookSpec(SpecModel):
    """An address that each alert is sent to by POST."""

    url: WebAddress = Field(description="Where it goes; its secret part comes from ${VAR}.")
    format: Form = Field(
        default="json",
        description="What is sent: our JSON (`odoo-etl schema alerts`), what Slack or Teams take, or plain text.",
    )
    secret: Secret = Field(
        default=SecretStr(""),
        description="Signs what is sent, as Standard Webhooks has it: the receiver knows that it comes from here.",
    )
    headers: dict[str, Secret] = Field(default={}, description="Header to value: {Authorization: ${TOKEN}}.")
    ca_file: Path | None = Field(default=None, description="A file with the certificate authorities to trust.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Headers of ours; a signature that nobody looks at."""
        headers = data.get("headers")
        for name in headers if isinstance(headers, Mapping) else ():
            if str(name).lower() in _OURS:
                yield Issue(f"`{name}` is said by odoo-etl itself", ("headers", name), "leave it out")
        if data.get("secret") and data.get("format") in {"slack", "teams"}:
            message = f"{data['format']} looks at no signature"
            yield Issue(message, ("secret",), "leave it out: the address itself is the secret there")


def _apprise_url(url: SecretStr) -> SecretStr:
    if "://" not in url.get_secret_value():
        raise invalid("must be a URL of apprise", "for example mailto://user:password@example.com")
    return url


class ChannelSpec(SpecModel):
    """One receiver of alerts."""

    webhook: WebhookSpec | None = Field(default=None, description="An address on the web.")
    apprise: Annotated[Secret, AfterValidator(_apprise_url)] | None = Field(
        default=None,
        description="Or a URL of apprise, for mail, ntfy and a hundred others: mailto://..., ntfy://...; needs the"
        " extra `alerts`.",
    )
    timeout: Duration = Field(default=10.0, gt=0, le=60, description="How long sending may take.")
    values: Flag = Field(
        default=False, description="Reasons may quote cells of rows; without it they say … in their place."
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """One way to send."""
        given = [name for name in ("webhook", "apprise") if data.get(name) is not None]
        if not given:
            yield Issue("the channel does not say where it leads", (), "give `webhook` or `apprise`")
        if len(given) > 1:
            yield Issue("`webhook` and `apprise` are two channels", ("apprise",), "give each a name of its own")

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        if self.webhook is None:
            url = self.apprise.get_secret_value() if self.apprise is not None else ""
            return {url, *passwords_in(url)}
        url = self.webhook.url.get_secret_value()
        _, _, tail = url.partition("://")[2].partition("/")
        headers = {value.get_secret_value() for value in self.webhook.headers.values()}
        return {tail, self.webhook.secret.get_secret_value(), *headers, *passwords_in(url)}


class _Rule(SpecModel):
    """The keys that all rules have."""

    on: Flag = Field(default=True, description="Whether anybody is told; `rule: false` is short for `on: false`.")
    channels: tuple[str, ...] = Field(default=(), description="Names of channels; without it all of them.")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """`volume: false` is `volume: {on: false}`."""
        return {"on": data} if isinstance(data, bool) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A mapping, or whether."""
        return {"anyOf": [{"type": "boolean"}, handler.resolve_ref_schema(handler(core))]}

    def under(self, over: Self | None) -> Self:
        """The rule with what another one says otherwise; whoever says anything of a rule wants it on."""
        if over is None:
            return self
        said = {name: getattr(over, name) for name in over.model_fields_set}
        return self.model_copy(update={"on": True, **said})


class FailedRule(_Rule):
    """A run or a job of it failed."""

    exit_codes: tuple[ExitCode, ...] = Field(
        default=(1, 4, 5, 7), min_length=1, description="How it ended: failed, limit, no access, stale plan."
    )


class RejectsRule(_Rule):
    """A job rejected rows."""

    over: RejectLimit = Field(
        default=MaxRejects(rows=0), description="More of them than that: a number, or a share such as 2%."
    )


class SilentRule(_Rule):
    """A job has not ended well for too long."""

    after: Duration | None = Field(
        default=None, gt=0, description="For how long: 26h. Without it, by the schedule of the job and `grace`."
    )
    grace: Duration = Field(
        default=3600.0, ge=0, description="How long after its time a scheduled job may take to end well."
    )


class VolumeRule(_Rule):
    """A job read more or fewer rows than it uses to."""

    runs: Whole = Field(default=10, ge=3, le=50, description="With how many of its last runs it is compared.")
    at_least: Whole = Field(default=5, ge=3, le=50, description="Nothing is said before there are so many.")
    share: Percent = Field(default=50.0, description="It differs from their median by more than that share, and")
    deviations: float = Field(
        default=5.0, ge=0, le=100, description="by more than so many median absolute deviations, and"
    )
    rows: Whole = Field(default=10, ge=0, description="by more than so many rows.")

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Enough runs are looked at."""
        runs, least = data.get("runs", 10), data.get("at_least", 5)
        if isinstance(runs, int) and isinstance(least, int) and least > runs:
            yield Issue(f"of the last {runs} runs there are never {least}", ("at_least",), "make `runs` larger")


class NotKeptRule(_Rule):
    """Odoo did not keep values that it was sent."""

    over: Whole = Field(default=0, ge=0, description="More of them than that.")


class KeyExpiresRule(_Rule):
    """An API key expires."""

    days: Whole = Field(default=14, ge=1, le=365, description="In fewer days than that.")


_AnyRule = TypeVar("_AnyRule", bound=_Rule)


class JobRulesSpec(SpecModel):
    """The rules that are otherwise for some jobs, key by key."""

    failed: FailedRule | None = Field(default=None, description="A run or a job of it failed.")
    rejects: RejectsRule | None = Field(default=None, description="A job rejected rows.")
    silent: SilentRule | None = Field(default=None, description="A job has not ended well for too long.")
    volume: VolumeRule | None = Field(default=None, description="A job read more or fewer rows than it uses to.")
    not_kept: NotKeptRule | None = Field(default=None, description="Odoo did not keep values that it was sent.")


class RulesSpec(SpecModel):
    """The rules: each is about one kind of alert."""

    failed: FailedRule = Field(default=FailedRule(), description="A run or a job of it failed.")
    rejects: RejectsRule = Field(default=RejectsRule(), description="A job rejected rows.")
    silent: SilentRule = Field(default=SilentRule(), description="A job has not ended well for too long.")
    volume: VolumeRule = Field(default=VolumeRule(), description="A job read more or fewer rows than it uses to.")
    not_kept: NotKeptRule = Field(default=NotKeptRule(), description="Odoo did not keep values that it was sent.")
    key_expires: KeyExpiresRule = Field(default=KeyExpiresRule(), description="An API key expires.")
    recovered: Flag = Field(default=True, description="It is also told when all is well again.")

    def under(self, over: Iterable[JobRulesSpec]) -> RulesSpec:
        """The rules with what others say, the last of which wins."""
        rules = self
        for one in over:
            said = {name: getattr(rules, name).under(getattr(one, name)) for name in one.model_fields_set}
            rules = rules.model_copy(update=said)
        return rules


class AlertsSpec(SpecModel):
    """The key `alerts` of project.yaml."""

    on: Flag = Field(default=True, description="Whether anybody is told of anything.")
    channels: dict[ChannelName, ChannelSpec] = Field(
        default={}, max_length=MOST_CHANNELS, description="Where alerts go, by name."
    )
    rules: RulesSpec = Field(default=RulesSpec(), description="What they are about; all rules are on by default.")
    jobs: dict[str, JobRulesSpec] = Field(
        default={}, description="Name of a job, or tag:NAME, to the rules that are otherwise there; a name wins."
    )
    repeat: Duration | None = Field(
        default=None, ge=300, description="While nothing gets better, it is told again after so long: 24h."
    )
    hold: Duration = Field(
        default=600.0, ge=0, description="A recovery is told only so long after its alert: nothing flaps faster."
    )

    def rules_of(self, job: str, tags: Iterable[str]) -> RulesSpec:
        """The rules for a job: of the file, then of its tags in the order of the file, then of itself."""
        named = {f"{TAG}{tag}" for tag in tags}
        over = [rules for name, rules in self.jobs.items() if name in named]
        return self.rules.under([*over, *([self.jobs[job]] if job in self.jobs else [])])

    @property
    def named_channels(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The names of channels that rules have, each with its place."""
        for place, rules in ((("rules",), self.rules), *((("jobs", name), one) for name, one in self.jobs.items())):
            for kind in type(rules).model_fields:
                rule = getattr(rules, kind)
                for number, name in enumerate(rule.channels if isinstance(rule, _Rule) else ()):
                    yield (*place, kind, "channels", number), name

    @property
    def secrets(self) -> set[str]:
        """The texts that must never be shown."""
        return {text for channel in self.channels.values() for text in channel.secrets if text}
