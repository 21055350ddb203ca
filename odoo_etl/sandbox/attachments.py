"""ir.attachment: contents with their checksums, those of binary fields of other models among them.

Follows `odoo/addons/base/models/ir_attachment.py` of Odoo 19: a field that is kept as an attachment has one with
`res_field`, which searches leave out unless they ask for it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mimetypes
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox.conditions import mentions
from odoo_etl.sandbox.domains import Condition, Node, conjunction
from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.errors import UserError
from odoo_etl.sandbox.older import FIELDS_ATTACHMENTS_SINCE

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Field, Model

ATTACHMENT = "ir.attachment"
IMAGES = frozenset({"image_1920"})  # Odoo opens what is written to them

_KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"%PDF": "application/pdf",
    b"PK\x03\x04": "application/zip",
}

Row = dict[str, Any]


def prepare(_env: Env, vals: Row, **_: bool) -> Row:
    """`datas` as the columns that hold it and what is known of it."""
    if "datas" in vals:
        vals |= _columns(vals.pop("datas"), str(vals.get("name") or ""))
    return vals


def _columns(datas: Any, name: str) -> Row:
    """The columns of a content in base64; what is none is left to whoever stores it."""
    try:
        content = base64.b64decode(datas or b"")
    except (binascii.Error, TypeError, ValueError):
        return {"db_datas": datas}
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return {
        "db_datas": base64.b64encode(content).decode() or False,
        "checksum": sha1,
        "file_size": len(content),
        "mimetype": _kind(content, name),
        "store_fname": f"{sha1[:2]}/{sha1}" if content else False,
    }


def _kind(content: bytes, name: str) -> str:
    known = next((kind for head, kind in _KINDS.items() if content.startswith(head)), None)
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


def check_images(vals: Row) -> None:
    """Refuse what is no image in the fields of images.

    Raises:
        UserError: it is none.
    """
    for name in IMAGES & vals.keys():
        if vals[name] and not _columns(vals[name], "").get("mimetype", "image/").startswith("image/"):
            raise UserError("This file could not be decoded as an image file.")


def follow(env: Env, model: Model, ids: Collection[int], names: Collection[str]) -> None:
    """Bring the attachments of written fields in step with these."""
    for name in sorted(names):
        field = model.fields[name]
        if field.described.get("attachment") and field.column:
            _follow(env, model, field, ids)


def _follow(env: Env, model: Model, field: Field, ids: Collection[int]) -> None:
    known, owners = env.db.tables[ATTACHMENT], env.table(model)
    ours = (known.c.res_model == model.name, known.c.res_field == field.name, among(known.c.res_id, ids))
    env.execute(known.delete().where(*ours))
    found = env.execute(sa.select(owners.c.id, owners.c[field.name]).where(among(owners.c.id, ids))).all()
    place = {"res_model": model.name, "res_field": field.name, "name": field.name, "type": "binary", "company_id": 1}
    stamp = {"create_uid": env.uid, "create_date": env.now, "write_uid": env.uid, "write_date": env.now}
    rows = [{**place, **stamp, "public": 0, "res_id": id_, **_columns(datas, "")} for id_, datas in found if datas]
    if rows:
        env.execute(known.insert(), rows)


def forget(env: Env, model: Model, ids: Collection[int]) -> None:
    """Attachments go with their records."""
    known = env.db.tables[ATTACHMENT]
    env.execute(known.delete().where(known.c.res_model == model.name, among(known.c.res_id, ids)))


def without_fields(env: Env, model: Model, node: Node) -> Node:
    """The domain without the attachments of fields, unless it asks for them where that helps."""
    asked = mentions(node, "id") or mentions(node, "res_field")
    if model.name != ATTACHMENT or (asked and env.major >= FIELDS_ATTACHMENTS_SINCE):
        return node
    return conjunction([node, Condition("res_field", "=", False)])
