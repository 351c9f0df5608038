"""Filing and seeing exhibits in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from arbitration import clock
from arbitration.domain.opening import Claim
from arbitration.models import Person
from arbitration.services.disputes import opening
from tests.exhibits import making
from tests.support.browser import PHONE, Visit, violations
from tests.support.shop import BUYER, SELLER, Shop, Work


@pytest.mark.in_turn
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_buyer_files_a_video_and_the_seller_watches_it(
    visit: Visit, shop: Shop, tmp_path: Path, scripts: bool
) -> None:
    purchase = shop.purchase()
    film = tmp_path / "film.webm"
    film.write_bytes(making.video("webm", "libvpx"))
    buyer = visit(BUYER, scripts=scripts, viewport=PHONE)
    buyer.goto(f"/purchases/{purchase}")
    buyer.locator("#file-exhibit summary").click()
    form = buyer.locator("#exhibit-form")
    form.get_by_label("What is it?").select_option("video")
    form.get_by_label("File", exact=True).set_input_files(film)
    form.get_by_label("What does it show?").fill("The whole check, 14:07")
    form.get_by_label("When does it begin?").fill("2026-11-10T10:00:05")
    form.get_by_role("button", name="File it").click()
    expect(form.locator(".field__fault")).to_contain_text("Say when the video ends")
    expect(form.get_by_label("What does it show?")).to_have_value("The whole check, 14:07")
    if scripts:
        assert form.get_by_label("File", exact=True).evaluate("field => field.files.length") == 1
        assert violations(buyer) == []
    else:
        form.get_by_label("File", exact=True).set_input_files(film)
    form.get_by_label("When does it end?").fill("2026-11-10T10:04:05" if scripts else "2026-11-10 10:04:05")
    form.get_by_role("button", name="File it").click()
    expect(buyer.locator(".notice--success")).to_contain_text("Your exhibit is filed as E1")
    expect(buyer.locator("#exhibit-E1")).to_contain_text("The whole check, 14:07")

    seller = visit(SELLER, scripts=scripts)
    seller.goto(f"/purchases/{purchase}")
    seller.locator("#exhibit-E1").get_by_role("link", name="E1").click()
    expect(seller.get_by_text("10:00")).to_be_visible()
    if scripts:
        assert violations(seller) == []
        played = "async video => { video.muted = true; await video.play(); return [video.videoWidth, video.error] }"
        assert seller.locator("video").evaluate(played) == [160, None]
    buyer.goto(f"/purchases/{purchase}/exhibits/E1")
    expect(buyer.get_by_text("Shown to Harbour Keys")).to_be_visible()


@pytest.mark.appearance
def test_a_picture_can_be_filed_and_seen_in_persian(visit: Visit, shop: Shop, work: Work, tmp_path: Path) -> None:
    purchase = shop.purchase(buyer={"language": "fa"})
    with work() as session:
        session.execute(update(Person).values(language="fa", calendar="persian"))
    picture = tmp_path / "عکس.png"
    picture.write_bytes(making.picture())
    buyer = visit(BUYER, viewport=PHONE, color_scheme="dark")
    buyer.goto(f"/purchases/{purchase}")
    buyer.locator("#file-exhibit summary").click()
    buyer.locator("#exhibit-file").set_input_files(picture)
    buyer.locator("#exhibit-taken_at").fill("۱۴۰۵/۰۸/۱۹ ۱۰:۰۰")
    buyer.locator("#exhibit-form button").click()
    expect(buyer.locator("#exhibit-E1 img")).to_be_visible()
    assert buyer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(buyer) == []
    buyer.locator("#exhibit-E1 h3 a").click()
    expect(buyer.locator(".exhibit-view img")).to_be_visible()
    assert buyer.locator(".exhibit-view img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    assert buyer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(buyer) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_button_for_evidence_unfolds_the_form_and_what_was_being_written_stays(
    visit: Visit, shop: Shop, work: Work, scripts: bool
) -> None:
    purchase = shop.purchase()
    claim, owner = Claim("invalid", "refund", "The key was used before."), shop.buyer
    with work() as session:
        opening.open_dispute(session, owner, purchase, claim, clock.now())
    buyer = visit(BUYER, scripts=scripts, viewport=PHONE)
    buyer.goto(f"/purchases/{purchase}")
    buyer.locator("#text").fill("I was about to say that")
    expect(buyer.locator("#exhibit-form")).to_be_hidden()
    buyer.get_by_role("link", name="File evidence").click()
    expect(buyer.get_by_label("What is it?")).to_be_in_viewport()
    expect(buyer.locator("#text")).to_have_value("I was about to say that")
