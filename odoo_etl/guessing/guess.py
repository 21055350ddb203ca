"""A guess: from a table and a model to a proposal for each column, and the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from odoo_etl.guessing.assignment import best_assignment
from odoo_etl.guessing.columns import Column, column_of
from odoo_etl.guessing.evidence import NOTHING, Evidence, evidence_for
from odoo_etl.guessing.exported import exported_proposal
from odoo_etl.guessing.headers import entities_of, heading_of, language_of, meanings_of, owned_by
from odoo_etl.guessing.keys import KeyCandidate, counted, key_candidates, told_twice
from odoo_etl.guessing.lookups import LookupGuess, Lookups, Records
from odoo_etl.guessing.mappings import mapping_of
from odoo_etl.guessing.models import ModelField, Models
from odoo_etl.guessing.names import folded
from odoo_etl.guessing.proposals import Guess, Proposal
from odoo_etl.guessing.repeats import Repeats, repeats_of
from odoo_etl.guessing.tables import Table
from odoo_etl.guessing.words import known_words

PROPOSED: Final = 0.45  # from here on a field is named
SURE: Final = 0.62  # from here on it is mapped
_MARGIN: Final = 0.08
_MEASURED: Final = 3  # relations of a column that are looked up
_KEYS_SHOWN: Final = 4
_HARMFUL: Final = frozenset({"standard_price", "list_price", "price_unit", "fixed_price", "price"})

FieldPath = str  # `name`, or `order_line.product_id` of lines
Scores = dict[str, dict[FieldPath, Evidence]]


@dataclass
class Guesser:
    """One guess, step by step.

    Attributes:
        known: every field that a column may be for, by its path.
        lookups: by column and path, those that were measured.
    """

    table: Table
    model: str
    models: Models
    records: Records | None

    def __post_init__(self) -> None:
        self.columns = columns_of(self.table)
        self.by_name = {column.name: column for column in self.columns}
        self.known: dict[FieldPath, ModelField] = {
            name: one for name, one in self.models.existing(self.model).items() if one.is_open and not one.type.is_lines
        }
        self.lookups = Lookups(self.models, self.records)
        self.measured: dict[tuple[str, FieldPath], LookupGuess] = {}
        self.said = {found.column: found for found in self._said()}
        self.translated = self._translations()
        self.open = [one for one in self.columns if one.name not in self.said and one.name not in self.translated]

    def result(self) -> Guess:
        """The guess."""
        scores = self._scores(self.open, "", self.known)
        repeats = self._repeats(scores)
        if repeats:
            self._add_lines(scores, repeats)
        own = self._own_key(scores)
        self._measure(scores, own)
        chosen = self._assigned(scores)
        proposals = [self._proposal(column, chosen, scores, own) for column in self.columns]
        return self._finished(proposals, repeats)

    # the columns whose headers say all

    def _said(self) -> Iterator[Proposal]:
        """Columns with headers as Odoo exports them."""
        for column in self.columns:
            found = exported_proposal(column, self.model, self.models)
            if found is not None:
                yield found

    def _translations(self) -> dict[str, tuple[str, str]]:
        """Columns that hold another one in a language: that one, and the language."""
        languages = (*self.models.languages, "fr_FR", "de_DE", "nl_NL", "es_ES", "it_IT")
        found = {
            name: language_of(name, languages, self.by_name.keys()) for name in self.by_name if name not in self.said
        }
        return {name: pair for name, pair in found.items() if pair[0] in self.by_name}

    # scores

    def _scores(self, columns: Sequence[Column], prefix: str, fields: Mapping[str, ModelField]) -> Scores:
        taken = {one.path for one in self.said.values()}
        found: Scores = {column.name: {} for column in columns}
        for column in columns:
            for name, field in fields.items():
                evidence = evidence_for(column, field, fields.keys())
                if evidence.score > 0.3 and f"{prefix}{name}" not in taken:
                    found[column.name][f"{prefix}{name}"] = evidence
        return found

    def _repeats(self, scores: Scores) -> Repeats | None:
        """Whether several rows make a record, and of which column these are equal."""
        keys = known_words().keys
        if any(self._tells_records(name, some) for name, some in scores.items()):
            return None
        ranked = []
        for name, some in scores.items():
            best, evidence = max(
                ((keys.index(path) if path in keys else 99, one) for path, one in some.items() if path in keys),
                key=lambda one: one[1].score,
                default=(99, NOTHING),
            )
            if evidence.score >= 0.5:
                ranked.append(
                    (-evidence.score / 0.85 if not self.by_name[name].is_unique else -evidence.score, best, name)
                )
        for _, _, name in sorted(ranked):
            if found := repeats_of(self.by_name[name], self.columns):
                return found
        return None

    def _tells_records(self, name: str, scores: Mapping[FieldPath, Evidence]) -> bool:
        """Whether a column has an identifier of its own in each row, so that each is a record."""
        column = self.by_name[name]
        identifiers = known_words().keys[:-1]
        is_own = any(path in identifiers and one.score >= SURE for path, one in scores.items()) or self._is_number(name)
        return is_own and column.is_unique and column.filled == self.table.rows

    def _add_lines(self, scores: Scores, repeats: Repeats) -> None:
        """Varying columns are of lines: of the one2many fields that take them best."""
        every = self.models.fields(self.model)
        options = [name for name in known_words().lines if name in every and every[name].type.is_lines]
        varying = [one for one in self.open if one.name in repeats.varying]
        constant = [one for one in self.open if one.name not in repeats.varying and one.name != repeats.key]
        found = []
        for name in options:
            inverse = every[name].raw.get("relation_field")
            fields = {
                one: field
                for one, field in self.models.fields(every[name].relation).items()
                if field.is_open and not field.type.is_lines and one != inverse
            }
            some = self._scores(varying, f"{name}.", fields)
            worth = sum(max((one.score for one in each.values()), default=0.0) for each in some.values())
            found.append((worth, name, fields, some))
        found.sort(key=lambda one: (-one[0], options.index(one[1])))
        for column in varying:
            scores[column.name] = {path: one.times(0.55) for path, one in scores[column.name].items()}
        for rank, (worth, name, fields, some) in enumerate(found[:2]):
            if worth < 0.5 * len(varying) and rank == 0:
                break
            self.known |= {f"{name}.{one}": field for one, field in fields.items()}
            for column_name, each in self._scores(constant, f"{name}.", fields).items():
                scores[column_name] |= {path: one.times(0.85) for path, one in each.items()}
            for column_name, each in some.items():
                scores[column_name] |= {path: one.times(1.0 if rank == 0 else 0.9) for path, one in each.items()}

    def _own_key(self, scores: Scores) -> Mapping[str, Column]:
        """The column that most likely identifies records, by its field."""
        for name in known_words().keys:
            best = max(((one[name].score, column) for column, one in scores.items() if name in one), default=(0.0, ""))
            if best[0] >= SURE and self.by_name[best[1]].is_unique:
                return {name: self.by_name[best[1]]}
        return {}

    def _measure(self, scores: Scores, own: Mapping[str, Column]) -> None:
        """Weigh relations by how many values find a record."""
        for name, some in scores.items():
            relations = [(one.score, path) for path, one in some.items() if self.known[path].relation]
            for score, path in sorted(relations, reverse=True)[:_MEASURED]:
                if score < PROPOSED or self.by_name[name].is_empty:
                    continue
                found = self._looked_up(name, path, some[path].rest, own)
                some[path] = _weighed(some[path], found)

    def _looked_up(self, name: str, path: FieldPath, rest: str, own: Mapping[str, Column]) -> LookupGuess:
        if (name, path) not in self.measured:
            others = {field: column for field, column in own.items() if column.name != name}
            self.measured[name, path] = self.lookups.guess(self.by_name[name], self.known[path], rest, others)
        return self.measured[name, path]

    def _assigned(self, scores: Scores) -> dict[str, FieldPath]:
        """Each column's field, so that the sum is the greatest."""
        paths = sorted({path for some in scores.values() for path in some})
        names = list(scores)
        matrix = [[_worth(scores[name].get(path, NOTHING)) for path in paths] for name in names]
        found = best_assignment(matrix) if paths else [None] * len(names)
        return {name: paths[at] for name, at in zip(names, found, strict=True) if at is not None}

    # proposals

    def _proposal(
        self, column: Column, chosen: Mapping[str, FieldPath], scores: Scores, own: Mapping[str, Column]
    ) -> Proposal:
        plain = Proposal(column.name, examples=column.examples, filled=column.filled)
        if column.name in self.said:
            return replace(self.said[column.name], examples=column.examples, filled=column.filled)
        if column.name in self.translated:
            return self._translation(plain, chosen)
        path = chosen.get(column.name)
        if path is None:
            return plain
        evidence, field = scores[column.name][path], self.known[path]
        others = sorted(
            (
                (one.score, other)
                for other, one in scores[column.name].items()
                if other != path and other not in chosen.values()
            ),
            reverse=True,
        )
        rival = others[0] if others else (0.0, "")
        sure = max(0.0, evidence.score - max(0.0, _MARGIN - (evidence.score - rival[0])))
        found = replace(
            plain, path=path, how=evidence.how, sure=sure, runner_up=rival[1] if rival[0] >= PROPOSED else ""
        )
        if field.relation and field.type.takes_lookup:
            return self._with_lookup(found, column, field, evidence, own)
        mapped = mapping_of(column, field, Path(str(self.table.source.get("path", "."))).parent)
        return _settled(replace(found, keys=mapped.keys), mapped.doubts, mapped.remarks)

    def _translation(self, plain: Proposal, chosen: Mapping[str, FieldPath]) -> Proposal:
        base, language = self.translated[plain.column]
        path = chosen.get(base) or (self.said[base].path if base in self.said else "")
        field = self.known.get(path)
        if field is None or not field.raw.get("translate"):
            return plain
        found = replace(plain, path=path, variant=language, how=f"{base} in {language}", sure=0.9)
        if self.models.languages and language not in self.models.languages:
            return replace(found, doubts=(f"{language} is not installed in Odoo",))
        return replace(found, active=True)

    def _with_lookup(
        self, found: Proposal, column: Column, field: ModelField, evidence: Evidence, own: Mapping[str, Column]
    ) -> Proposal:
        lookup = self._looked_up(column.name, found.path, evidence.rest, own)
        keys = dict(lookup.keys)
        keys["lookup"] = {**keys["lookup"], "model": field.relation}
        found = replace(found, keys=keys, how=f"{found.how}; {lookup.said}")
        return _settled(found, (lookup.doubt,) if lookup.doubt else (), ())

    # the whole

    def _finished(self, proposals: Sequence[Proposal], repeats: Repeats | None) -> Guess:
        by_group = repeats is not None
        mapped = {
            one.path: self.by_name[one.column]
            for one in proposals
            if one.active and "." not in one.path and not one.variant and self._identifies(one)
        }
        keys = key_candidates(mapped, self.table.lines, by_group=by_group)
        external = self._external_id(proposals, keys)
        proposals, keys = self._with_key(list(proposals), keys, external)
        if keys and self.records is not None and len(keys[0].fields) == 1:
            keys = [counted(keys[0], self.model, self.by_name[keys[0].columns[0]], self.records), *keys[1:]]
        return Guess(
            model=self.model,
            source=self.table.source,
            proposals=proposals,
            keys=keys[:_KEYS_SHOWN],
            external_id=external,
            line_keys=self._line_keys(proposals),
            lacking=self._lacking(proposals),
            notes=[
                *self.table.notes,
                *self._row_notes(),
                *(told_twice(keys[0]) if keys and not by_group and not external else ()),
            ],
            rows=self.table.rows,
            is_whole=self.table.is_whole,
        )

    def _identifies(self, one: Proposal) -> bool:
        """Whether records can be found by a field."""
        field = self.known.get(one.path) or self.models.fields(self.model).get(one.path)
        if field is None or field.type.is_many or field.type.is_file or field.type.is_markup:
            return False
        return bool(field.raw.get("searchable", True)) and (
            field.type.is_text
            or field.relation != ""
            or field.type.has_choices
            or field.type.is_number
            or field.type.is_moment
        )

    def _external_id(self, proposals: Sequence[Proposal], keys: Sequence[KeyCandidate]) -> str:
        """A template for a column of numbers that no field of the model is for, where no other field identifies records."""
        words = known_words()
        if keys and keys[0].uniqueness >= 0.97 and not keys[0].blank and keys[0].fields[0] in words.keys[:-1]:
            return ""
        for one in proposals:
            column = self.by_name[one.column]
            if not one.path and column.is_unique and column.filled == self.table.rows and self._is_number(one.column):
                return f"import.{self.model.rpartition('.')[2]}_{{{one.column}}}"
        return ""

    def _is_number(self, name: str) -> bool:
        """Whether a header speaks of the number of a record of the model."""
        core = heading_of(name).core
        owned = [one.rest for one in owned_by(core) if self.model in one.entity.models]
        return any(
            concept.name in {"number", "code"} and score > 0.9
            for word in (core, *owned)
            for concept, score, _ in meanings_of(word)
        )

    def _with_key(
        self, proposals: list[Proposal], keys: list[KeyCandidate], external: str
    ) -> tuple[list[Proposal], list[KeyCandidate]]:
        """The proposals with one for the key, where all that could be it is unsure."""
        if external:
            name = external.partition("{")[2].rstrip("}")
            plain = next(one for one in proposals if one.column == name)
            at = proposals.index(plain)
            proposals[at] = replace(plain, path="", how="external id", sure=0.8, doubts=())
        return proposals, keys

    def _line_keys(self, proposals: Sequence[Proposal]) -> dict[str, list[str]]:
        """What tells the lines of a record apart: their place, or what they are of."""
        found: dict[str, list[str]] = {}
        for one in proposals:
            head, _, name = one.path.partition(".")
            if one.active and name:
                found.setdefault(head, []).append(name)
        usual = ("sequence", "product_id", "attribute_id", "account_id", "product_tmpl_id", "name", "min_quantity")
        return {head: [name for name in usual if name in names][:1] for head, names in found.items()}

    def _lacking(self, proposals: Sequence[Proposal]) -> list[str]:
        """Fields that Odoo requires and that no column is for; those that Odoo fills itself are not known here."""
        mapped = {one.path.partition(".")[0] for one in proposals if one.active}
        return sorted(
            name
            for name, field in self.known.items()
            if "." not in name and field.raw.get("required") and name not in mapped
        )

    def _row_notes(self) -> list[str]:
        shown = [f"line {bad.line} is no row: {bad.reason}" for bad in self.table.bad[:5]]
        more = len(self.table.bad) - len(shown)
        filtered = [f"line {line} is left out by `where`" for line in self.table.filtered[:3]]
        return [*shown, *([f"and {more} more lines that are no rows"] if more > 0 else []), *filtered]


def _worth(evidence: Evidence) -> float:
    return evidence.score**3 if evidence.score >= PROPOSED * 0.8 else 0.0  # one sure match outweighs two weak ones


def _weighed(evidence: Evidence, found: LookupGuess) -> Evidence:
    """The evidence with what a server says of the values."""
    if found.found is None or found.makes_missing:
        return evidence
    if not found.found:
        return evidence.times(0.8)
    return replace(evidence, score=min(1.0, evidence.score * (0.75 + 0.25 * found.share) + 0.2 * found.share))


def _settled(found: Proposal, doubts: Sequence[str], remarks: Sequence[str]) -> Proposal:
    """Mapped where it is sure enough, and nothing speaks against it."""
    if found.sure < PROPOSED:
        return replace(found, path="", keys={}, how="", runner_up=found.path)
    reasons = list(doubts)
    least = SURE + 0.05 if found.path.rpartition(".")[2] in _HARMFUL else SURE
    if found.sure < least:
        reasons.append("little speaks for it")
    return replace(found, active=not reasons, doubts=(*reasons, *remarks))


def columns_of(table: Table) -> list[Column]:
    """The columns of a table; dates that may be either follow those that cannot."""
    columns = [column_of(name, cells) for name, cells in table.columns.items()]
    decided = [one.day.keys["format"] for one in columns if one.day and "format" in one.day.keys and not one.day.doubt]
    if any(pattern.startswith(("%m/", "%m-")) for pattern in decided) and not any(
        pattern.startswith("%d") for pattern in decided
    ):
        return [
            column_of(one.name, one.cells, day_first=False) if one.day and one.day.doubt else one for one in columns
        ]
    return columns


def guess(table: Table, model: str, models: Models, records: Records | None) -> Guess:
    """A job for a table and a model, as far as it can be known.

    Args:
        records: of the server, to measure lookups; None where there is none to ask.

    Raises:
        UsageError: there is no such model.
    """
    return Guesser(table, model, models, records).result()
