import pytest

from arbitration.i18n import LANGUAGES, Reader
from arbitration.i18n.zones import common_zones, is_zone


@pytest.mark.parametrize("name", ["Europe/Kyiv", "Asia/Tehran", "America/Argentina/Buenos_Aires", "UTC"])
def test_zones_of_the_world_are_known(name):
    assert is_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Kyiv", "europe/kyiv", "../etc/passwd", "/etc/localtime", "localtime", "Mars/Base"]
)
def test_what_is_no_zone_is_refused(name):
    assert not is_zone(name)


@pytest.mark.parametrize(
    ("language", "kyiv"),
    [("en", "Kyiv"), ("fr", "Kiev"), ("uk", "Київ"), ("ru", "Киев"), ("pl", "Kijów"), ("fa", "کیف")],
)
def test_a_zone_is_named_after_its_city_in_the_readers_language(language, kyiv):
    assert Reader(language, "Europe/Kyiv").zone_name == kyiv


def test_the_list_to_choose_from_holds_every_zone_once_and_only_good_ones():
    for language in LANGUAGES:
        zones = common_zones(language)
        assert len({zone.name for zone in zones}) == len(zones) > 400
        assert all(is_zone(zone.name) and zone.label for zone in zones)
