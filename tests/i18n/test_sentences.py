"""Sentences with values in them, in templates and outside."""

from datetime import UTC, datetime

import pytest
from jinja2 import Environment, StrictUndefined

from arbitration.i18n import Reader
from arbitration.i18n.jinja import install


def _page(reader):
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    install(environment, lambda: reader)
    return lambda source, **values: environment.from_string(source).render(**values)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“key”"),
        ("fr", "«\u00a0key\u00a0»"),
        ("uk", "«key»"),
        ("ru", "«key»"),
        ("pl", "„key”"),
        ("fa", "«\u2068key\u2069»"),
    ],
)
def test_other_peoples_words_stand_in_the_languages_quotation_marks(language, said):
    assert Reader(language).quote("key") == said


def test_words_that_run_the_other_way_cannot_reorder_the_sentence():
    assert Reader("en").quote("کلید") == "“\u2068کلید\u2069”"
    assert Reader("fa").quote("کلید") == "«کلید»"


def test_numbers_in_a_sentence_come_in_the_readers_digits():
    assert Reader("fa").say("%(count)d of %(all)s", count=3, all=1200) == "۳ of ۱٬۲۰۰"
    assert Reader("fa").say_n("%(count)s hour", "%(count)s hours", 5, count=5) == "۵ ساعت"


def test_things_in_a_row_are_joined_as_the_language_joins_them():
    languages = ("en", "fr", "uk", "ru", "pl", "fa")
    assert [Reader(language).joined(["1", "2", "3"]) for language in languages] == [
        "1, 2 and 3",
        "1, 2 et 3",
        "1, 2 і 3",
        "1, 2 и 3",
        "1, 2 i 3",
        "1، 2 و 3",
    ]


def test_an_empty_text_stays_empty():
    assert Reader("uk").gettext("") == ""


def test_a_template_says_it_in_the_readers_language():
    page = _page(Reader("uk", "Europe/Kyiv"))
    assert page("{{ _('Today') }}") == "Сьогодні"
    assert page("{% trans %} Today {% endtrans %}") == "Сьогодні"
    assert page("{{ ngettext('%(count)s hour', '%(count)s hours', 3, count=3) }}") == "3 години"
    assert page("{% trans count=21 %}{{ count }} hour{% pluralize %}{{ count }} hours{% endtrans %}") == "21 година"
    assert page("{{ pgettext('month of the Persian calendar', 'Mehr') }}") == "мехр"


def test_a_value_in_a_template_is_escaped_and_the_sentence_is_not():
    page = _page(Reader("en"))
    assert page("{{ _('<b>Hello</b> %(name)s', name='<script>') }}") == "<b>Hello</b> &lt;script&gt;"
    assert page("{{ _('100%% of %(name)s', name='it') }}") == "100% of it"


def test_filters_write_for_the_reader():
    page = _page(Reader("fa", "Asia/Tehran"))
    sent, now = datetime(2026, 11, 6, 12, 5, tzinfo=UTC), datetime(2026, 11, 6, 14, 5, tzinfo=UTC)
    source = "{{ t|instant }} | {{ t|day }} | {{ t|clock_time }} | {{ t|day_heading(now) }} | {{ t|relative(now) }}"
    assert page(source, t=sent, now=now) == "۱۵ آبان ۱۴۰۵، ساعت ۱۵:۳۵ | ۱۵ آبان ۱۴۰۵ | ۱۵:۳۵ | امروز | ۲ ساعت پیش"
    assert page("{{ 1250|money('EUR') }} {{ 12|number }} {{ 'P30D'|duration }}") == "۱۲٫۵۰\u00a0€ ۱۲ ۳۰ روز"
    assert page("{{ t|instant(zone=true) }}", t=sent).endswith("(UTC+۳:۳۰)")
