"""Marks in a statement what each word or phrase stands for."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from arbitration.rules.listings.phrases import Phrase
from arbitration.rules.listings.statements import Statement
from arbitration.rules.listings.tongue import lexicons_for, script_of

_OTHER_LANGUAGE = 4
_UNMISTAKABLE = 8
_SHARED_SCRIPT = "latin"
_EVENTS = ("hand_event", "check_event")
_LOOSE = ("own", "formerly", "on_buyer", "check_time", "from", "accepted", "condition", "filming")


class Mention(NamedTuple):
    """A concept named by the words from ``start`` up to ``end`` of a statement."""

    concept: str
    start: int
    end: int


class Begun(NamedTuple):
    """What a word stands for by itself, and the longer phrases that it can begin: by the word that has to follow it,
    and those of which the next word may be of many forms."""

    concepts: tuple[str, ...]
    by_next: dict[str, list[Phrase]]
    open: list[Phrase]


def mentions(statement: Statement, order: tuple[str, ...]) -> list[Mention]:
    """All that is named in a statement; what stands inside a longer phrase is not counted by itself."""
    words = [token.text for token in statement.tokens]
    found: list[Mention] = []
    masks: list[Mention] = []
    for at, token in enumerate(statement.tokens):
        if token.kind not in ("word", "article"):
            continue
        begun = begun_by(token.text, order)
        found += [Mention(concept, at, at + 1) for concept in begun.concepts]
        following = words[at + 1] if at + 1 < len(words) else ""
        for phrase in (*begun.by_next.get(following, ()), *begun.open):
            length = phrase.length(words, statement.levels, at)
            if length > 0:
                mention = Mention(phrase.concept, at, at + length)
                found.append(mention)
                if length > 1 and not phrase.spread and phrase.concept not in _LOOSE:
                    masks.append(mention)
    return _unmasked(found, masks)


def _unmasked(found: list[Mention], masks: list[Mention]) -> list[Mention]:
    return [m for m in dict.fromkeys(found) if not any(_inside(m, mask) for mask in masks)]


def _inside(mention: Mention, mask: Mention) -> bool:
    length = mask.end - mask.start
    if mention.concept in ("video", "filming") and mask.concept not in ("video", "video_other", "filming"):
        return False
    if mention.concept == "filler" and mask.concept in ("processing", "whole_term"):
        return False
    if mention.concept in (*_EVENTS, "checking") and mask.concept in _EVENTS and mention.concept != mask.concept:
        return False
    return mask.start <= mention.start and mention.end <= mask.end and mention.end - mention.start < length


def _of_warranty(phrases: Sequence[Phrase]) -> list[Phrase]:
    """A warranty is known for one in every language ("Gwarancja 7 dni, so you can sleep calmly")."""
    return [phrase for phrase in phrases if phrase.concept == "warranty"]


@lru_cache(maxsize=1 << 16)
def begun_by(word: str, order: tuple[str, ...]) -> Begun:
    """What a word begins: in the likeliest language that knows it, or else as a slip of the pen. In the script that
    unrelated languages share, those that are not spoken here are asked for whole words only, not for beginnings."""
    phrases = _phrases(word, order)
    alone = tuple(phrase.concept for phrase in phrases if not phrase.longer)
    if "assure" in alone:
        alone = tuple(concept for concept in alone if concept != "warranty")
    by_next: dict[str, list[Phrase]] = {}
    others: list[Phrase] = []
    for phrase in phrases:
        if phrase.longer and phrase.next_forms:
            for form in phrase.next_forms:
                by_next.setdefault(form, []).append(phrase)
        elif phrase.longer:
            others.append(phrase)
    return Begun(alone, by_next, others)


def _phrases(word: str, order: tuple[str, ...]) -> Sequence[Phrase]:
    known = lexicons_for(order, script_of(word))
    for place, lexicon in enumerate(known):
        if place and len(word) < _OTHER_LANGUAGE:
            break
        spoken = lexicon.code in order[:2] or lexicon.script != _SHARED_SCRIPT
        phrases = lexicon.begun_by(word, spoken)
        if not spoken and len(word) >= _UNMISTAKABLE:
            phrases = list(dict.fromkeys([*phrases, *_of_warranty(lexicon.begun_by(word))]))
        if phrases:
            return phrases
        if not place and word in lexicon.markers:
            return ()
    if any(lexicon.knows(word) for lexicon in known):
        return ()
    return next((phrases for lexicon in known if (phrases := lexicon.meant_by(word))), ())
