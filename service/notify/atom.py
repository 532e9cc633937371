"""A watch's alerts as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from schemas.watching import Watch
from service.notify.feed import Entry, name_of, uid_of

MEDIA_TYPE: Final = "application/atom+xml"

_ATOM: Final = "http://www.w3.org/2005/Atom"


def feed(watch: Watch, entries: Sequence[Entry], *, own_url: str, details: bool) -> bytes:
    """The feed as XML in UTF-8. `own_url` is where it is read."""
    root = ET.Element("feed", {"xmlns": _ATOM})
    _text(root, "id", uid_of(watch, "feed").urn)
    _text(root, "title", name_of(watch, details=details))
    changed = max((entry.alert.created_at for entry in entries), default=watch.added_at)
    _text(root, "updated", _moment(changed))
    ET.SubElement(root, "link", {"rel": "self", "href": own_url})
    author = ET.SubElement(root, "author")
    _text(author, "name", "Tailcheck")
    for entry in entries:
        _entry(root, entry)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: ET.Element, entry: Entry) -> None:
    item = ET.SubElement(root, "entry")
    _text(item, "id", entry.uid.urn)
    _text(item, "title", entry.title)
    _text(item, "updated", _moment(entry.alert.created_at))
    if entry.first_at is not None:
        _text(item, "published", _moment(entry.first_at))
    ET.SubElement(item, "link", {"rel": "alternate", "href": entry.link})
    _text(item, "content", entry.body)


def _text(parent: ET.Element, name: str, text: str) -> None:
    """Plain text, whatever it holds: nobody reads it as markup."""
    kind = {"type": "text"} if name in ("title", "content") else {}
    ET.SubElement(parent, name, kind).text = text


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
