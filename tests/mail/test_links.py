"""The buttons of mails lead to pages that are there."""

from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask

from arbitration.mail import links


@pytest.mark.parametrize(
    ("address", "endpoint"),
    [
        (links.to_sign_in("https://example.com", "token-_1"), "sign_in.arrive"),
        (links.to_message("https://example.com", "AAAA", 3), "purchases.show"),
        (links.to_operations("https://example.com", UUID(int=7)), "operations.show"),
        (links.to_purchase("https://example.com", "AAAA"), "purchases.show"),
    ],
)
def test_a_button_leads_to_its_page(app: Flask, address: str, endpoint: str) -> None:
    assert app.url_map.bind("example.com").match(urlsplit(address).path)[0] == endpoint
