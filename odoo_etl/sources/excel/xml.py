"""The XML in a workbook, read by a parser that follows no entities; and where the sheets of an xlsx are."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from xml.parsers import expat

_DOCUMENT = "/relationships/officeDocument"  # how the type of the relation ends that leads to the workbook
_WORKBOOK = ("workbook.xml", "_rels/workbook.xml.rels")
BLOCK_BYTES = 1 << 20  # of a sheet, which are read at a time


def parser() -> expat.XMLParserType:
    """A parser of XML without a DOCTYPE, and so without entities of its own. Raises ValueError."""
    made = expat.ParserCreate()
    made.StartDoctypeDeclHandler = _refuse
    return made


def _refuse(*_: object) -> None:
    raise ValueError("its XML has a DOCTYPE, which no spreadsheet writes")


def elements(xml: bytes, name: str) -> Sequence[Mapping[str, str]]:
    """The attributes of each element of that name, whatever prefix it has. Raises ValueError, expat.ExpatError."""
    found = list[Mapping[str, str]]()

    def start(element: str, attributes: Mapping[str, str]) -> None:
        if local(element) == name:
            found.append(attributes)

    reader = parser()
    reader.StartElementHandler = start
    reader.Parse(xml, True)
    return found


def local(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def xlsx_part(archive: zipfile.ZipFile, number: int) -> str:
    """The name of the part that holds the sheet of that number (from 0); "" where there is none."""
    names = _names(archive)
    folder, workbook, relations = _workbook(archive, names)
    sheets = elements(archive.read(workbook), "sheet") if workbook and relations else ()
    if number >= len(sheets):
        return ""
    wanted = next((value for name, value in sheets[number].items() if local(name) == "id"), "")
    return names.get(related(archive.read(relations), wanted, folder).casefold(), "")


def is_uncalculated(archive: zipfile.ZipFile) -> bool:
    """Whether the workbook asks to be calculated when it is opened, as programs do that write formulas alone."""
    _, workbook, _ = _workbook(archive, _names(archive))
    found = elements(archive.read(workbook), "calcPr") if workbook else ()
    return any(one.get("fullCalcOnLoad") in {"1", "true"} for one in found)


def _names(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The parts of an archive, as the library looks for them, to their names."""
    return {one.replace("\\", "/").casefold(): one for one in archive.namelist()}


def _workbook(archive: zipfile.ZipFile, names: Mapping[str, str]) -> tuple[str, str, str]:
    """The folder of the workbook, the part that holds it, and that of its relations; "" for a part that is missing."""
    folder = _folder(archive.read(names["_rels/.rels"])) if "_rels/.rels" in names else "xl"
    workbook, relations = (names.get(posixpath.join(folder, one), "") for one in _WORKBOOK)
    return folder, workbook, relations


def _folder(relations: bytes) -> str:
    """The folder of the workbook, which the relations of the archive name."""
    found = [one["Target"] for one in elements(relations, "Relationship") if one.get("Type", "").endswith(_DOCUMENT)]
    return posixpath.dirname(found[-1].lstrip("/")).casefold() if found else "xl"


def related(relations: bytes, wanted: str, folder: str = "xl") -> str:
    """The part of a workbook that stands for an id."""
    pairs = {one.get("Id"): one.get("Target", "") for one in elements(relations, "Relationship")}
    name = pairs.get(wanted, "")
    return name[1:] if name.startswith("/") else posixpath.normpath(posixpath.join(folder, name))
