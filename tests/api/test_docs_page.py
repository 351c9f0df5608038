"""The browsable description of the API, in a real browser under the strict content policy."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.client import METHODS
from tests.support.browser import Visit, look, violations
from tests.support.shop import BUYER, Shop

SignedIn = Callable[[str], FlaskClient]


@pytest.mark.appearance
def test_the_description_can_be_browsed_and_tried(visit: Visit) -> None:
    page = visit()
    page.goto("/api/docs")
    page.locator("#operations .opblock").first.wait_for()
    operations = page.locator("#operations .opblock-summary-operation-id").all_inner_texts()
    assert {"importPurchases", "getPurchase", "postMessage", "listDocket"} <= set(operations)
    page.locator("#operations .opblock-summary-control").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").wait_for()


@pytest.mark.appearance
def test_without_scripts_the_problems_are_explained_all_the_same(visit: Visit) -> None:
    page = visit(scripts=False)
    page.goto("/api/docs")
    assert page.locator("#key-missing").is_visible()
    assert page.get_by_text("Without scripts, read the document").is_visible()


def test_the_reference_tells_every_operation_without_scripts(client: FlaskClient) -> None:
    whole = json.loads(client.get("/api/openapi.json").data)
    page = client.get("/api/reference")
    assert page.status_code == 200
    assert "<script" not in page.text.partition("<main")[2].partition("</main>")[0]
    told = {operation["operationId"] for methods in whole["paths"].values() for operation in named(methods)}
    assert len(told) > 40
    assert all(f'id="{name}"' in page.text for name in told)
    assert all(f'id="schema-{name}"' in page.text for name in whole["components"]["schemas"])
    assert all(f'id="{each}"' in page.text for each in re.findall(r'href="#([^"]+)"', page.text))
    assert client.get("/api/docs").text.count('href="/api/reference"') == 1


@pytest.mark.parametrize("path", ["/api/docs", "/api/reference"])
def test_its_pages_are_in_the_language_that_somebody_chose(shop: Shop, signed_in: SignedIn, path: str) -> None:
    shop.purchase()
    client = signed_in(BUYER)
    client.post("/settings/language", data={"language": "pl"}, headers={"Sec-Fetch-Site": "same-origin"})
    client.delete_cookie("language")
    page = client.get(path, headers={"Accept-Language": "fr"})
    assert (page.status_code, '<html lang="pl"' in page.text) == (200, True)
    assert client.get("/api/purchases").status_code == 401, "a cookie opens nothing of the API itself"


def named(methods: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [methods[each] for each in METHODS if each in methods]


@pytest.mark.appearance
@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 1100), ("fa", "dark", 360)])
def test_axe_finds_nothing_wrong_with_the_reference(visit: Visit, language: str, scheme: str, width: int) -> None:
    page = visit(locale=language)
    page.goto("/api/reference")
    look(page, {"width": width, "height": 740}, scheme)
    assert page.locator("#postMessage").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
