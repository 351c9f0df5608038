"""Keeps the message catalogues: ``python tools/catalogues.py extract|update|compile|check``.

extract   list the strings of the source, as a template for a new language, on standard output
update    bring all six catalogues up to the source; new strings come in empty, strings no longer used go out
compile   write the compiled file beside each catalogue
check     say what is missing or wrong, a line each; exit status 1 if anything is

The English catalogue is written by ``update`` alone. How translators work: docs/languages.md.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from gettext import c2py
from io import SEEK_END, BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "arbitration" / "translations"
LANGUAGES = ("en", "fr", "uk", "ru", "pl", "fa")
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(["say", "say_n:1,2", "N_", "N_n:1,2", "N_p:1c,2", "npgettext:1c,2,3"])

_PLACEHOLDER = re.compile(r"%\([A-Za-z_][A-Za-z_0-9]*\)[a-z]|\{[A-Za-z_][A-Za-z_0-9]*\}|%%|%[sd]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LETTER = re.compile(r"[^\W\d_]")
_STRAIGHT_QUOTES = re.compile(r"[\"']")
# What the French set before two-part signs, inside guillemets and between thousands: never an ordinary space.
_WRONG_SPACES = {"fr": re.compile(r"[ \u00a0][;?!](?!\S)| :(?!\S)|« | »|\w[;?!](?!\S)|\d \d{3}\b")}
# Letters that do not belong to the language and look as if they did: mostly a wrong keyboard.
_STRANGE_LETTERS = {"uk": "ыэёъЫЭЁЪ", "ru": "іїєґІЇЄҐ", "fa": "يكة"}


def source_strings() -> Catalog:
    """Every string of the package and its templates, with the files it stands in."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]
    template = Catalog(project="arbitration", charset="utf-8")
    tags = ["translators:"]
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, comment_tags=tags, strip_comment_tags=True)
    for path, _line, message, comments, context in found:
        template.add(message, None, [(Path(path).as_posix(), 0)], auto_comments=comments, context=context)
    return template


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    if not path_of(language).exists():
        return Catalog(locale=language)
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue without dates, names and line numbers, so that a change shows nothing but what changed."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO(_header(language, catalogue).encode())
    text.seek(0, SEEK_END)
    write_po(text, catalogue, width=100, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False)
    if not path.exists() or path.read_bytes() != text.getvalue():
        path.write_bytes(text.getvalue())


def _header(language: str, catalogue: Catalog) -> str:
    fields = (
        "Project-Id-Version: arbitration",
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in fields) + "\n"


def update() -> None:
    template = source_strings()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(deepcopy(template), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        if language == "en":
            _fill_english(catalogue)
        write(language, catalogue)
        empty = sum(1 for message in catalogue if message.id and not _is_complete(message, catalogue))
        print(f"{language}: {len(catalogue)} strings, {empty} to translate")


def _fill_english(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            message.string = message.id


def compile_all() -> None:
    for language in LANGUAGES:
        with path_of(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))


def extract() -> None:
    write_po(sys.stdout.buffer, source_strings(), width=100, omit_header=True, sort_output=True, include_lineno=False)


def check() -> list[str]:
    """What is wrong with the catalogues, a line each; empty when they are complete and fit the source."""
    template = source_strings()
    return [line for language in LANGUAGES for line in check_language(language, read(language), template)]


def check_language(language: str, catalogue: Catalog, template: Catalog) -> Iterator[str]:
    """The faults of one catalogue against the strings of the source."""
    wanted, present = _by_key(template), _by_key(catalogue)
    yield from (
        _line(language, message, "is not in the catalogue") for key, message in wanted.items() if key not in present
    )
    yield from (_line(language, message, "is no longer used") for key, message in present.items() if key not in wanted)
    yield from (f"{language}: an obsolete string is kept: {message_id!r}" for message_id in catalogue.obsolete)
    alike = allowed_alike(language)
    for message in present.values():
        yield from (_line(language, message, fault) for fault in faults(language, message, catalogue, alike))


def allowed_alike(language: str) -> frozenset[str]:
    """The strings that may read in the language as they do in English."""
    table = tomllib.loads((FOLDER / "alike.toml").read_text(encoding="utf-8"))
    return frozenset(table.get("all", [])) | frozenset(table.get(language, []))


def faults(language: str, message: Message, catalogue: Catalog, alike: frozenset[str] = frozenset()) -> Iterator[str]:
    """What is wrong with one translated string."""
    if not _is_complete(message, catalogue):
        yield "is not translated, or lacks a plural form"
        return
    if message.fuzzy:
        yield "is marked as fuzzy"
    for index, (english, translated) in enumerate(_pairs(message)):
        if not _placeholders_fit(message, index, translated, catalogue):
            yield f"has other placeholders in {translated!r}"
        if sorted(_TAG.findall(english)) != sorted(_TAG.findall(translated)):
            yield f"has other HTML tags in {translated!r}"
        if _margins(english) != _margins(translated):
            yield f"begins or ends with other white space in {translated!r}"
        if language != "en" and _is_left_in_english(english, translated) and _english_of(message) not in alike:
            yield "reads as in English"
        strange = set(translated) & set(_STRANGE_LETTERS.get(language, ""))
        if strange:
            yield f"has letters of another alphabet ({''.join(sorted(strange))}) in {translated!r}"
        yield from _typing_faults(language, translated)


def _typing_faults(language: str, translated: str) -> Iterator[str]:
    if language != "en" and _STRAIGHT_QUOTES.search(_TAG.sub("", translated)):
        yield f"has straight quotation marks in {translated!r}"
    spaces = _WRONG_SPACES.get(language)
    if spaces and spaces.search(translated):
        yield f"has another space than the language sets there, or none, in {translated!r}"


def _is_complete(message: Message, catalogue: Catalog) -> bool:
    if isinstance(message.id, str):
        return isinstance(message.string, str) and bool(message.string)
    forms = message.string
    return isinstance(forms, tuple | list) and len(forms) == catalogue.num_plurals and all(forms)


def _pairs(message: Message) -> list[tuple[str, str]]:
    """Each form of the translation with the English that it stands for."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    singular, plural = message.id[0], message.id[1]
    return [(singular if index == 0 else plural, form) for index, form in enumerate(message.string or ())]


def _placeholders_fit(message: Message, index: int, translated: str, catalogue: Catalog) -> bool:
    found = sorted(_PLACEHOLDER.findall(translated))
    if isinstance(message.id, str):
        return found == sorted(_PLACEHOLDER.findall(message.id))
    singular, plural = (sorted(_PLACEHOLDER.findall(form)) for form in message.id[:2])
    # "One message" may go without its number only in a form that is used for the number one alone.
    return found == plural or (found == singular and _numbers_of_form(catalogue, index) == {1})


def _numbers_of_form(catalogue: Catalog, index: int) -> set[int]:
    form_of = c2py(catalogue.plural_expr)
    return {number for number in range(200) if form_of(number) == index}


def _margins(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _is_left_in_english(english: str, translated: str) -> bool:
    bare = _TAG.sub("", _PLACEHOLDER.sub("", english))
    return english == translated and _LETTER.search(bare) is not None


def _by_key(catalogue: Catalog) -> dict[tuple[str | None, object], Message]:
    return {(message.context, message.id): message for message in catalogue if message.id}


def _line(language: str, message: Message, fault: str) -> str:
    places = ", ".join(sorted({path for path, _ in message.locations})) or "nowhere"
    return f"{language}: {_english_of(message)!r} {fault} ({places})"


def _english_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _check_and_tell() -> int:
    lines = check()
    print("\n".join(lines) or "All catalogues are complete.")
    return 1 if lines else 0


COMMANDS = {"extract": extract, "update": update, "compile": compile_all, "check": _check_and_tell}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    return COMMANDS[arguments[0]]() or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
