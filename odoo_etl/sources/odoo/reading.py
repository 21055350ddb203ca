"""One reading of a source: what it asks the server for, and the rows that become of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from odoo_etl.errors import AccessRefused, SourceError
from odoo_etl.odoo import ACCESS_ERROR, OdooClient
from odoo_etl.sources.odoo.branches import Branch
from odoo_etl.sources.odoo.columns import OWN, Columns, Pages, Planner, Roots, Row, Variant, there
from odoo_etl.sources.odoo.companies import check_languages, companies_of
from odoo_etl.sources.odoo.fetching import Fetcher
from odoo_etl.sources.odoo.fields import Models, Place
from odoo_etl.sources.odoo.pages import PageSize, Range, Wanted, id_pages
from odoo_etl.sources.odoo.snapshot import Cursor, snapshot_of
from odoo_etl.sources.odoo.tables import Table
from odoo_etl.spec import OdooField, OdooLines, OdooSource

AT: Final = ("source",)

Page = tuple[Sequence[int], Sequence[Any] | None]  # ids, and their cursors where these were asked for


class Reading:
    """The work on one source, on a server that is reached.

    Raises SourceError, when it is made: the server lacks a model, field or path.
    """

    def __init__(self, spec: OdooSource, client: OdooClient) -> None:
        self._spec, self._client = spec, client
        self._companies = companies_of(_companies_in(spec), client)
        check_languages(_languages_in(spec), client)
        self._models = Models(client)
        self._models.fields(spec.model, (*AT, "model"))
        self._cursor = self._known_cursor()
        self._roots = Roots(spec.model)
        planner = Planner(self._models, client.version().major)
        self._columns: Columns = planner.columns(self._roots, spec.read_fields, spec.lines, AT)
        active = {"active_test": False} if spec.archived else {}
        self.context = {**spec.context, **active, **self._companies.alone(spec.company or "")}
        self._fetchers = {
            variant: Fetcher(client, spec.connection, self._context_of(variant)) for variant in self._roots.branches
        }

    def probe(self) -> None:
        """Have the server look at the domains. Raises Refused."""
        self._client.search(self._spec.model, self._spec.domain, limit=1, context=self.context)
        for model, domain in _domains_in(self._roots.of(OWN)):
            self._client.search(model, domain, limit=1, context=self.context)

    def pages(self, within: Range, size: PageSize, watermark: Any = None) -> Iterator[Page]:
        """The ids of the records, so many a page.

        Args:
            within: the ids that are looked at, unless only what changed is read.
            watermark: with `incremental`, the cursor up to which earlier runs have read.
        """
        wanted = Wanted(self._spec.model, self._spec.domain, self.context)
        if self._spec.incremental is None or self._cursor is None:
            yield from ((ids, None) for ids in id_pages(self._client, wanted, within, size))
            return
        cursor = Cursor(self._spec.incremental, self._cursor, watermark)
        for page in snapshot_of(self._client, wanted, cursor).pages(size):
            yield [one for one, _ in page], [moment for _, moment in page]

    def table(self, page: Page) -> Table:
        """The rows of a page, by column."""
        ids, pages = self._fetched(page[0])
        table = self._columns.table(ids, pages)
        if (cursors := _cursors_of(page, ids)) and self._spec.cursor_column:
            table[self._spec.cursor_column] = [cursors[one] for one in ids]
        return table

    def rows(self, page: Page) -> list[Row]:
        """The records of a page with their lines."""
        ids, pages = self._fetched(page[0])
        rows = self._columns.rows(ids, pages)
        if (cursors := _cursors_of(page, ids)) and self._spec.cursor_column:
            for one, row in zip(ids, rows, strict=True):
                row[self._spec.cursor_column] = cursors[one]
        return rows

    def ranges(self, count: int) -> list[Range]:
        """About so many ranges of ids with as many records each; the first and the last are open."""
        total = self._client.search_count(self._spec.model, self._spec.domain, context=self.context)
        marks: list[int] = []
        for number in range(1, count):
            offset = total * number // count
            marks += self._client.search(
                self._spec.model, self._spec.domain, offset=offset, limit=1, order="id", context=self.context
            )
        marks = sorted(set(marks))
        return [Range(low, high) for low, high in zip([None, *marks], [*marks, None], strict=True)]

    def _fetched(self, ids: Sequence[int]) -> tuple[list[int], Pages]:
        """The records of a page that are there, and all that is read with them."""
        try:
            pages = self._pages(ids)
        except AccessRefused as error:
            if error.name != ACCESS_ERROR:
                raise
            visible = self._client.search(self._spec.model, [["id", "in", list(ids)]], order="id", context=self.context)
            if len(visible) == len(ids):
                raise
            pages = self._pages(visible)  # a rule hides some of them since their ids were found
        return there(ids, pages), pages

    def _pages(self, ids: Sequence[int]) -> Pages:
        return {variant: self._fetchers[variant].fetch(branch, ids) for variant, branch in self._roots.branches.items()}

    def _context_of(self, variant: Variant) -> Mapping[str, Any]:
        """The context in which the values of a language or company are read."""
        lang = {"lang": variant.lang} if variant.lang else {}
        return {**self.context, **lang, **self._companies.first(variant.company)}

    def _known_cursor(self) -> Callable[[Any], Any] | None:
        """The function that reads the cursor. Raises SourceError: the field cannot say when a record changed."""
        if self._spec.incremental is None:
            return None
        at = (*AT, "incremental", "cursor")
        known = self._models.field(self._spec.model, self._spec.incremental.cursor, at)
        if not (known.type.has_time and known.stored):
            message = f"the cursor `{known.name}` is {known.described}"
            raise SourceError(f"{message}: it must be a datetime that is stored, such as write_date", at)
        return known.type.typed


def _cursors_of(page: Page, ids: Sequence[int]) -> Mapping[int, Any]:
    """The cursors of records as they were when the reading began."""
    asked, cursors = page
    return dict(zip(asked, cursors, strict=True)) if cursors is not None and ids else {}


def _companies_in(spec: OdooSource) -> Iterator[tuple[str, Place]]:
    """The companies that a source names, each with its place."""
    if spec.company:
        yield spec.company, (*AT, "company")
    yield from ((one.company, at) for one, at in _fields_of(spec, AT) if one.company)


def _languages_in(spec: OdooSource) -> Iterator[tuple[str, Place]]:
    """The languages that a source names, each with its place."""
    if isinstance(lang := spec.context.get("lang"), str):
        yield lang, (*AT, "context", "lang")
    yield from ((lang, at) for one, at in _fields_of(spec, AT) for lang in (one.lang, one.labels) if lang)


def _fields_of(spec: OdooSource | OdooLines, at: Place) -> Iterator[tuple[OdooField, Place]]:
    for name, ways in spec.fields.items():
        yield from ((way, (*at, "fields", name)) for way in ways)
    for name, lines in spec.lines.items():
        yield from _fields_of(lines, (*at, "lines", name))


def _domains_in(roots: Branch) -> Iterator[tuple[str, Sequence[Any]]]:
    """The models of lines and the domains that these have."""
    for one in roots.below.values():
        if one.domain:
            yield one.model, one.domain
        yield from _domains_in(one)
