"""The browsable description of the API, in a real browser under the strict content policy."""

from tests.support.browser import Visit


def test_the_description_can_be_browsed_and_tried(visit: Visit) -> None:
    page = visit()
    page.goto("/api/docs")
    page.wait_for_selector("#operations .opblock", timeout=20_000)
    operations = page.locator("#operations .opblock-summary-operation-id").all_inner_texts()
    assert {"importPurchases", "getPurchase", "postMessage", "listDocket"} <= set(operations)
    page.locator("#operations .opblock-summary-control").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").wait_for()


def test_without_scripts_the_problems_are_explained_all_the_same(visit: Visit) -> None:
    page = visit(scripts=False)
    page.goto("/api/docs")
    assert page.locator("#key-missing").is_visible()
    assert page.get_by_text("Without scripts, read the document").is_visible()
