"""The key `alerts` of project.yaml: what is wrong in it is told with its place and a way out."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import Choice, load_project
from tests.unit.spec.conftest import PROJECT, job_text

OPS = "channels: {ops: {webhook: {url: https://example.com/x}}}"


@pytest.fixture
def loaded(make_project):
    """A function that reads a project with these alerts."""

    def load(alerts, more="", env=None, **choice):
        text = f"{PROJECT}alerts:\n" + "".join(f"  {line}\n" for line in alerts.split("; ")) + more
        root = make_project(project=text, partners=job_text(extra="tags: [nightly]\n"))
        return load_project(root, env or {}, choice=Choice(**choice))

    return load


def found(load, alerts, **how):
    """The problems of a project: key, message, hint."""
    with pytest.raises(SpecError) as caught:
        load(alerts, **how)
    return [(one.path, one.message, one.hint) for one in caught.value.problems]


NOWHERE = "channels: {ops: {webhook: {url: ftp://x}}}"
SHARE = "must be a number of rows or a share of them, not '101%'"


@pytest.mark.parametrize(
    ("alerts", "at", "message", "hint"),
    [
        ("on: true", "", "there is no channel that anybody could be told by", "give `channels: {ops: {webhook:"),
        ("channels: {ops: {}}", "channels.ops", "the channel does not say where it leads", "give `webhook` or"),
        (
            "channels: {ops: {webhook: {url: https://x.example}, apprise: ntfy://x}}",
            *("channels.ops.apprise", "`webhook` and `apprise` are two channels", "give each a name of its own"),
        ),
        (NOWHERE, "channels.ops.webhook.url", "must be http://... or https://...", "for example https://hooks"),
        ("channels: {ops: {apprise: hush}}", "channels.ops.apprise", "must be a URL of apprise", "for example mailto:"),
        (
            "channels: {ops: {webhook: {url: https://x.example, format: slck}}}",
            *("channels.ops.webhook.format", "must be one of json, slack, teams, text, not 'slck'", "did you mean"),
        ),
        (
            "channels: {ops: {webhook: {url: https://x.example, format: slack, secret: hush}}}",
            *("channels.ops.webhook.secret", "slack looks at no signature", "leave it out: the address itself is"),
        ),
        (
            "channels: {ops: {webhook: {url: https://x.example, headers: {Webhook-Id: a}}}}",
            *("channels.ops.webhook.headers.Webhook-Id", "`Webhook-Id` is said by odoo-etl itself", "leave it out"),
        ),
        (f"{OPS}; rules: {{rejects: {{over: 101%}}}}", "rules.rejects.over", SHARE, "for example 20, 2%"),
        (f"{OPS}; rules: {{volume: {{runs: 4}}}}", "rules.volume", "of the last 4 runs there are never 5", "make"),
        (f"{OPS}; rules: {{silnt: false}}", "rules.silnt", "unknown key", "did you mean `silent`?"),
        (
            f"{OPS}; rules: {{failed: {{channels: [opps]}}}}",
            *("rules.failed.channels[0]", "there is no channel `opps`", "did you mean `ops`?"),
        ),
        (f"{OPS}; jobs: {{partner: {{}}}}", "jobs.partner", "there is no job `partner`", "did you mean `partners`?"),
        (
            f"{OPS}; jobs: {{tag:night: {{}}}}",
            "jobs.tag:night",
            "there is no tag `night`",
            "did you mean `tag:nightly`?",
        ),
        (
            f"{OPS}; jobs: {{partners: {{volume: {{channels: [x]}}}}}}",
            *("jobs.partners.volume.channels[0]", "there is no channel `x`", "allowed: ops"),
        ),
        (f"{OPS}; repeat: 1s", "repeat", "must be at least 300, not '1s'", ""),
    ],
)
def test_problems(loaded, alerts, at, message, hint):
    """None names a secret."""
    ((path, told, way),) = found(loaded, alerts)
    assert (path, told) == (f"alerts.{at}".rstrip("."), message)
    assert way.startswith(hint)
    assert "hush" not in way


def test_defaults(loaded):
    """A channel will do: all rules are on."""
    alerts = loaded(OPS).project.alerts
    rules = alerts.rules
    assert all(getattr(rules, kind).on for kind in ("failed", "rejects", "silent", "volume", "not_kept", "key_expires"))
    assert (rules.failed.exit_codes, rules.key_expires.days, alerts.hold, alerts.repeat) == (
        (1, 4, 5, 7),
        14,
        600,
        None,
    )


def test_a_tag_and_then_the_job_itself_say_otherwise(loaded):
    """Key by key; whoever says anything of a rule wants it on, unless it says that it does not."""
    jobs = (
        "jobs: {tag:nightly: {rejects: {over: 5}, volume: {rows: 7}}, partners: {volume: {share: 20}, failed: false}}"
    )
    alerts = loaded(f"{OPS}; rules: {{volume: false}}; {jobs}").project.alerts
    rules = alerts.rules_of("partners", ["nightly"])
    assert (rules.volume.on, rules.volume.rows, rules.volume.share, rules.volume.runs) == (True, 7, 20.0, 10)
    assert (str(rules.rejects.over), rules.failed.on, alerts.rules_of("x", []).volume.on) == ("5", False, False)


def test_an_environment_has_it_otherwise(loaded):
    """Also alone: what is wrong there is wrong only there."""
    more = "environments: {production: {alerts: {repeat: 1h, rules: {volume: false}}}, dev: {alerts: {on: false}}}\n"
    assert loaded(OPS, more).project.alerts.repeat is None
    production = loaded(OPS, more, environment="production").project.alerts
    assert (production.repeat, production.rules.volume.on, list(production.channels)) == (3600.0, False, ["ops"])
    assert loaded(OPS, more, environment="dev").project.alerts.on is False


def test_a_channel_that_lacks_a_variable_keeps_nobody_from_running(loaded):
    """It is known which one, and why; rules may name it all the same."""
    both = "channels: {ops: {webhook: {url: '${NO_URL}', headers: {A: '${NO_KEY}'}}}, chat: {apprise: '${CHAT}'}}"
    project = loaded(f"{both}; rules: {{failed: {{channels: [ops, chat]}}}}", env={"CHAT": "json://hush.example"})
    assert list(project.project.alerts.channels) == ["chat"]
    (url, key) = project.unusable_channels["ops"]
    assert (url.path, key.path) == ("alerts.channels.ops.webhook.url", "alerts.channels.ops.webhook.headers.A")
    assert "json://hush.example" in project.secrets()


def test_authorities_are_found_from_the_file_on(loaded):
    """As everywhere in a file."""
    alerts = loaded("channels: {ops: {webhook: {url: https://x.example, ca_file: ../ca.pem}}}").project
    assert str(alerts.alerts.channels["ops"].webhook.ca_file).endswith("/ca.pem")
    assert ".." not in str(alerts.alerts.channels["ops"].webhook.ca_file)


def test_secrets_of_channels(loaded):
    """What stands behind the host, headers, the key of the signature, passwords."""
    hook = "{webhook: {url: 'https://u:pass@x.example/T0/B1', secret: hush, headers: {A: t0ken}}}"
    secrets = loaded(f"channels: {{ops: {hook}, mail: {{apprise: 'mailto://me:word@x.example'}}}}").secrets()
    assert {"T0/B1", "hush", "t0ken", "pass", "word", "mailto://me:word@x.example"} <= secrets
