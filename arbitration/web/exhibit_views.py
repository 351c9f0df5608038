"""What the templates show of exhibits, and of the form by which one is filed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from arbitration.domain.actors import Actor
from arbitration.domain.exhibits import number_of
from arbitration.domain.files import CLEAN, ENDINGS, LARGEST_FILE, ORIGINAL, PAGE, THUMB
from arbitration.domain.sides import SIDES
from arbitration.i18n import Reader
from arbitration.models import ExhibitView, Purchase
from arbitration.services.exhibits import ShownExhibit
from arbitration.web.moments import example_moment
from arbitration.web.views import name_of_side


@dataclass(frozen=True, slots=True)
class Filing:
    """What stands in the form for an exhibit, and what is wrong with it, by field."""

    said: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    restored: bool = False


def filing_view(filing: Filing | None, reader: Reader) -> dict[str, Any]:
    """The form as ``templates/exhibits/_form.html`` shows it."""
    typed = [filing.said.get(name, "") for name in ("taken_at", "starts_at", "ends_at")] if filing else []
    return {
        "said": filing.said if filing else {},
        "errors": filing.errors if filing else {},
        "open": filing is not None,
        "restored": filing is not None and filing.restored,
        "in_words": reader.calendar == "persian" or bool(filing and filing.errors and any(typed)),
        "example": example_moment(reader),
        "accept": ",".join(f".{ending}" for ending in ENDINGS),
        "largest": LARGEST_FILE,
    }


def exhibit_views(
    found: Sequence[ShownExhibit], purchase: Purchase, actor: Actor, reader: Reader
) -> list[dict[str, Any]]:
    """The exhibits of a purchase as ``templates/exhibits/_list.html`` shows them."""
    return [exhibit_view(shown, purchase, actor, reader) for shown in found]


def exhibit_view(shown: ShownExhibit, purchase: Purchase, actor: Actor, reader: Reader) -> dict[str, Any]:
    """One exhibit as the templates show it."""
    exhibit, where = shown.exhibit, _where(shown, purchase)
    return {
        "number": where["number"],
        "url": url_for("exhibits.show", **where),
        "kind": exhibit.kind,
        "family": _family(exhibit.media_type),
        "shows": shown.shows,
        "name": shown.name,
        "content": shown.content,
        "bytes": exhibit.bytes,
        "sha256": exhibit.sha256,
        "mine": exhibit.filed_by == actor.person_id,
        "filed_by": name_of_side(purchase, exhibit.filed_role, reader),
        "filed_role": exhibit.filed_role,
        "filed_at": exhibit.filed_at,
        "position": exhibit.position,
        "taken_at": shown.instant("taken_at"),
        "starts_at": shown.instant("starts_at"),
        "ends_at": shown.instant("ends_at"),
        "continuous": shown.continuous,
        "decided": shown.decided,
        "lasts": _lasts(exhibit.duration),
        "pages": exhibit.pages,
        "width": exhibit.width,
        "height": exhibit.height,
        "views": [_view(view, purchase, actor, reader) for view in shown.views],
        "clean_type": next((part["media_type"] for part in exhibit.parts if part["name"] == CLEAN), None),
        **_files(shown, where),
    }


def _where(shown: ShownExhibit, purchase: Purchase) -> dict[str, Any]:
    return {"external_id": purchase.external_id, "number": number_of(shown.exhibit.number)}


def _files(shown: ShownExhibit, where: dict[str, Any]) -> dict[str, Any]:
    """The addresses of what there is to look at and to take away, as far as the viewer gets it."""
    names = [part["name"] for part in shown.exhibit.parts] if shown.content else []

    def address(part: str, **options: Any) -> str:
        return url_for("exhibits.content", **where, part=part, **options)

    return {
        "thumb": address(THUMB) if THUMB in names else None,
        "page_urls": [address(name) for name in names if name.startswith(PAGE)],
        "clean": address(CLEAN) if CLEAN in names else None,
        "original": address(ORIGINAL, download=1) if shown.original else None,
        "download": address(CLEAN, download=1) if CLEAN in names else None,
    }


def _family(media_type: str) -> str:
    start = media_type.partition("/")[0]
    return {"image": "picture", "application": "pdf"}.get(start, start)


def _lasts(milliseconds: int | None) -> str | None:
    """As on a player: ``2:03``, or ``1:02:03``."""
    if milliseconds is None:
        return None
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _view(view: ExhibitView, purchase: Purchase, actor: Actor, reader: Reader) -> dict[str, Any]:
    of_party = view.role in SIDES
    return {
        "mine": view.person_id == actor.person_id,
        "name": name_of_side(purchase, view.role, reader) if of_party else view.person.name,
        "role": view.role,
        "at": view.first_at,
    }
