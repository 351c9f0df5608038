"""Finding a purchase again, whatever keyboard it was typed on."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy.orm import Session

from arbitration.domain.searching import searchable, words
from arbitration.services import messages, purchases
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]

TITLES = {
    "uk": "Обліковий запис «Ґрифон»: об'єднання",
    "ru": "Ёлка и ключ",
    "pl": "Łódź Pełna Żółci",
    "fa": "كليد بازي\u200cهاي تركيه ۲",
    "fr": "Clé d’activation Élysée n° 3",
    "en": "100% Snow_Harbour (EU)",
}


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("uk", "грифон"),
        ("uk", "ҐРИФОН об’єднання"),
        ("ru", "елка"),
        ("ru", "КЛЮЧ ёлка"),
        ("pl", "lodz zolci"),
        ("pl", "ŁÓDŹ"),
        ("fa", "کلید بازی‌های ترکیه"),
        ("fa", "بازيهاي"),
        ("fa", "کلید 2"),
        ("fr", "cle d'activation elysee"),
        ("fr", "CLÉ 3"),
        ("en", "100%"),
        ("en", "snow_h"),
        ("en", "harbour eu"),
    ],
)
def test_a_title_is_found(shop: Shop, work: Work, language: str, typed: str) -> None:
    wanted = shop.purchase(listing={"title": TITLES[language]})
    shop.purchase(listing={"title": "Something else", "description": "Nothing."})
    buying = shop.buyer
    with work() as session:
        found = purchases.list_purchases(session, buying, text=typed).items
    assert [summary.external_id for summary in found] == [wanted]


@pytest.mark.parametrize("typed", ["%", "_", "100_", "snow%harbour", "\\", "' OR 1=1 --"])
def test_signs_stand_for_themselves_alone(shop: Shop, work: Work, typed: str) -> None:
    shop.purchase(listing={"title": "Something else", "description": "Nothing."})
    buying = shop.buyer
    with work() as session:
        assert purchases.list_purchases(session, buying, text=typed).items == []


@pytest.mark.parametrize("typed", ["", "   ", "«»", "\x00", "\u200c"])
def test_a_search_for_nothing_finds_all(shop: Shop, work: Work, typed: str) -> None:
    shop.purchase()
    buying = shop.buyer
    with work() as session:
        assert len(purchases.list_purchases(session, buying, text=typed).items) == 1


def test_names_are_those_of_the_other_side(shop: Shop, work: Work) -> None:
    shop.purchase(buyer={"name": "Марина Довжик"}, seller={"name": "Ключова крамниця"})
    buying, selling = shop.buyer, shop.seller
    with work() as session:
        count = {
            (who, typed): len(purchases.list_purchases(session, actor, text=typed).items)
            for who, actor in (("buyer", buying), ("seller", selling))
            for typed in ("довжик", "крамниця")
        }
    assert count == {
        ("buyer", "довжик"): 0,
        ("buyer", "крамниця"): 1,
        ("seller", "довжик"): 1,
        ("seller", "крамниця"): 0,
    }


def test_numbers_and_messages_are_found(shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    buying, selling = shop.buyer, shop.seller
    with work() as session:
        messages.post_message(session, buying, purchase, "Der Schlüssel klemmt", NOW)
        for typed in (purchase, purchase.lower(), purchase[:12], "schlussel", "snow klemmt"):
            assert len(purchases.list_purchases(session, selling, text=typed).items) == 1, typed
        messages.edit_message(session, buying, purchase, 1, "Er passt", NOW)
        assert purchases.list_purchases(session, selling, text="klemmt").items == []


def test_the_same_word_has_one_form() -> None:
    assert searchable("كتاب ي") == searchable("کتاب ی")
    assert searchable("об'єкт") == searchable("об’єкт") == searchable("ОБʼЄКТ")
    assert words("one  two ONE " + "x " * 500) == ["one", "two", "x"]
    assert len(words(" ".join(f"w{n}" for n in range(40)))) == 8
