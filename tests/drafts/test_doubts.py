"""A draft listing is looked over as a careful reader of the agreement would."""

import time

import pytest

from arbitration.rules.drafts import Checked, check_draft
from arbitration.rules.listings import read_terms
from arbitration.rules.policy import Policy
from arbitration.rules.policy_file import builtin_policy_text, read_policy

VIDEO = "A video is required: in one piece, from the start of the payment to the end of the check."
FLOOR = """
[floor]
period = "P2Y"
starts = "delivery"
reasons = ["not_as_described", "invalid"]
clauses = ["C1"]
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(builtin_policy_text())


def codes_of(checked: Checked) -> list[str]:
    return [doubt.code for doubt in checked.doubts]


CLEAR = {
    "en": "Key for Playgate.\nWarranty: 30 days from delivery.\nA video from the payment to the check is required.",
    "fr": "Clé pour Playgate.\nGarantie : 30 jours à compter de la livraison.",
    "uk": "Ключ для Playgate.\nГарантія: 30 днів з моменту отримання.",
    "ru": "Ключ для Playgate.\nГарантия: 30 дней с момента получения.",
    "pl": "Klucz do Playgate.\nGwarancja: 30 dni od dostawy.",
    "fa": "کلید برای Playgate.\nگارانتی: ۳۰ روز از زمان تحویل.",
}


@pytest.mark.parametrize("language", CLEAR)
def test_a_clear_listing_is_left_alone(policy: Policy, language: str) -> None:
    assert check_draft(CLEAR[language], policy, language).doubts == ()


AGAINST = [
    ("review_removal", "en", "Refund only after you delete the negative review."),
    ("review_removal", "fr", "Remboursement uniquement après suppression de l'avis négatif."),
    ("review_removal", "uk", "Заміна лише після видалення негативного відгуку."),
    ("review_removal", "ru", "Вернём деньги, если удалите отзыв."),
    ("review_removal", "pl", "Wymiana dopiero po usunięciu negatywnej opinii."),
    ("review_removal", "fa", "تعویض فقط پس از حذف نظر منفی."),
    ("outside_reports", "en", "If there is a problem, write to us on Telegram, not here."),
    ("outside_reports", "en", "Something broke, any problem? Write to us on Telegram."),
    ("outside_reports", "fr", "En cas de problème, contactez-nous sur Discord."),
    ("outside_reports", "uk", "Про проблеми пишіть у телеграм."),
    ("outside_reports", "ru", "По гарантии обращайтесь в телеграм."),
    ("outside_reports", "pl", "Reklamacje tylko przez Discord."),
    ("outside_reports", "fa", "مشکلات را در تلگرام گزارش دهید."),
    ("remedy_denied", "en", "No refunds, replacement only."),
    ("remedy_denied", "fr", "Pas de remboursement."),
    ("remedy_denied", "uk", "Гроші не повертаємо, лише заміна."),
    ("remedy_denied", "ru", "Возврата нет, только замена."),
    ("remedy_denied", "pl", "Brak zwrotów, tylko wymiana."),
    ("remedy_denied", "fa", "بازگشت وجه نداریم."),
]


@pytest.mark.parametrize(("code", "language", "sentence"), AGAINST)
def test_what_the_agreement_does_not_allow_is_found_and_quoted(
    policy: Policy, code: str, language: str, sentence: str
) -> None:
    text = f"{CLEAR[language]}\n\n{sentence}"
    checked = check_draft(text, policy, language)
    (found,) = [doubt for doubt in checked.doubts if doubt.severity == "against_agreement"]
    assert found.code == code
    assert found.quote is not None
    assert text[found.quote.start : found.quote.end] == found.quote.text
    assert sentence.rstrip(".").endswith(found.quote.text)
    assert found.clauses


HARMLESS = [
    "We never ask you to remove a review.",
    "You can change the linked Telegram account.",
    "The code is sent by email within 5 minutes.",
    "No refunds if you bought for the wrong region.",
    "Are refunds possible?",
    "Удалите старую почту после входа.",
    "Ключ придёт на почту. Деньги не возвращаем, если ошиблись регионом.",
    "Пишіть відгуки, ми раді кожному.",
]


@pytest.mark.parametrize("sentence", HARMLESS)
def test_what_only_sounds_alike_is_left_alone(policy: Policy, sentence: str) -> None:
    checked = check_draft(f"Warranty: 30 days from delivery.\n{sentence}", policy, "en")
    assert [doubt for doubt in checked.doubts if doubt.severity == "against_agreement"] == []


@pytest.mark.parametrize(
    ("text", "code", "instead"),
    [
        ("Key for Playgate.", "no_period", "Warranty: 30 days from delivery."),
        ("Warranty: 30", "no_unit", "Warranty: 30 days from delivery."),
        ("Warranty 30 days", "start_unsaid", "Warranty: 30 days from delivery."),
        ("Warranty 2-3 weeks from delivery", "range", "Warranty: 3 weeks from delivery."),
        ("Warranty about 20 days from delivery", "vague", "Warranty: 20 days from delivery."),
        ("Гарантия 30 дней с момента первого входа", "first_use", "Warranty: 30 days from delivery."),
        ("Gwarancja 14 dni roboczych od dostawy", "working_days", "Warranty: 14 days from delivery."),
        ("Guarantee: 3 months from payment", "calendar_months", None),
        ("There is no warranty.", "handover_stays", None),
        ("Warranty 30 days from delivery. Video from the first login is mandatory.", "late_video", VIDEO),
        ("Warranty 30 days from delivery. A video is mandatory.", "video_span", VIDEO),
    ],
)  # fmt: skip
def test_what_is_not_clear_comes_with_what_to_write(policy: Policy, text: str, code: str, instead: str | None) -> None:
    checked = check_draft(text, policy, "en")
    assert code in codes_of(checked)
    (doubt,) = [doubt for doubt in checked.doubts if doubt.code == code]
    assert doubt.instead == instead


def test_of_two_statements_the_other_one_is_shown(policy: Policy) -> None:
    checked = check_draft("Warranty: 30 days from delivery.\nGuarantee: 10 days from payment.", policy, "en")
    (doubt,) = checked.doubts
    assert doubt.code == "two_statements"
    assert doubt.quote is not None
    assert "10 days" in doubt.quote.text


def test_what_a_buyer_could_demand_follows_the_engine(policy: Policy) -> None:
    checked = check_draft("Warranty: 10 days from delivery.", policy, "en")
    told = {(each.reason, str(each.after)): each.verdict for each in checked.granted}
    assert len(told) == 6 * 5
    assert [told["stopped_working", after] for after in ("P1D", "P10D", "P100D")] == [
        "covered",
        "covered",
        "not_covered",
    ]
    assert told["not_delivered", "P2Y"] == "covered"
    assert told["payment_not_credited", "PT1H"] == "too_early"
    excluded = check_draft("There is no warranty.", policy, "en")
    told = {(each.reason, str(each.after)): each.verdict for each in excluded.granted}
    assert told["invalid", "PT1H"] == "covered"
    assert told["invalid", "P10D"] == told["stopped_working", "PT1H"] == "not_covered"
    demanded = check_draft("Warranty: 10 days from delivery. A video of the payment is required.", policy, "en")
    told = {(each.reason, str(each.after)): each.verdict for each in demanded.granted}
    assert told["invalid", "P1D"] == "needs_evidence"


def test_a_floor_of_the_agreement_beats_what_the_draft_states() -> None:
    policy = read_policy(builtin_policy_text() + FLOOR)
    checked = check_draft("Warranty: 10 days from delivery.", policy, "en")
    (doubt,) = checked.doubts
    assert (doubt.code, doubt.severity) == ("below_floor", "against_agreement")
    assert doubt.instead == "Warranty: 2 years from delivery."
    assert check_draft(doubt.instead, policy, "en").doubts == ()


def test_the_suggestion_says_what_was_read_and_raises_no_doubt(policy: Policy) -> None:
    for text in (
        "Warranty 2-3 weeks after payment",
        "Garantie 48h",
        "гарантия полгода, видео обязательно",
        "ضمانت یک ماه",
    ):
        checked = check_draft(text, policy, read_terms(text).language or "en")
        again = check_draft(checked.suggestion, policy, checked.language)
        assert again.reading.warranty == checked.reading.warranty
        assert again.reading.video_required == checked.reading.video_required
        assert set(codes_of(again)) <= {"calendar_months"}


def test_a_text_of_the_greatest_length_takes_no_second(policy: Policy) -> None:
    text = ("Key for Playgate, worldwide. Refund if it never worked. Гарантия 30 дней. " * 400)[:20_000]
    begun = time.thread_time()
    check_draft(text, policy, "en")
    assert time.thread_time() - begun < 5
