"""Turn the marked listings under tests/listings into the labelled JSON Lines beside them.

    python tools/label_listings.py            # write every *.jsonl anew from its *.txt
    python tools/label_listings.py --check    # write nothing; status 1 when one is out of date

The mark-up is described in tests/listings/README.md. Offsets are counted here, in code points, and never by hand.
"""

import argparse
import json
import re
import sys
from pathlib import Path

LISTINGS = Path(__file__).resolve().parents[1] / "tests" / "listings"
SETS = ("tuning", "aside")
MARK = re.compile(r"\{([wvc])\|(.*?)\}", re.DOTALL)
HEADER = re.compile(r"^# (?P<answer>[^|\n]+?)(?: \| (?P<traps>[a-z_,]+))?$", re.MULTILINE)
DURATION = re.compile(r"P(?:\d+[YMWD]|T\d+[HM])")


def unmark(marked: str) -> tuple[str, dict[str, list[dict]]]:
    """The plain text, and the quotes by the letter of their mark, with code-point offsets into it."""
    quotes: dict[str, list[dict]] = {"w": [], "v": [], "c": []}
    plain, last = "", 0
    for mark in MARK.finditer(marked):
        plain += marked[last : mark.start()]
        words = mark[2]
        quotes[mark[1]].append({"text": words, "start": len(plain), "end": len(plain) + len(words)})
        plain, last = plain + words, mark.end()
    return plain + marked[last:], quotes


def warranty(words: list[str]) -> dict:
    """The warranty of a header: `-`, `unlim`, `excl`, or a duration with `pay` after it or not."""
    plain = {"-": "not_stated", "unlim": "unlimited", "excl": "excluded"}
    if words[0] in plain:
        return {"kind": plain[words[0]]}
    if not DURATION.fullmatch(words[0]):
        raise ValueError(f"not a warranty: {words[0]}")
    return {"kind": "period", "duration": words[0], "starts": "payment" if "pay" in words[1:] else "delivery"}


def labelled(name: str, language: str, header: re.Match[str], marked: str) -> dict:
    """One labelled listing. Raises ValueError when the mark-up and the header disagree."""
    words = header["answer"].split()
    text, quotes = unmark(marked.strip("\n"))
    stated = warranty(words)
    spoken = next((word[5:] for word in words if word.startswith("lang=")), language)
    if len(quotes["w"]) != (stated["kind"] != "not_stated") or len(quotes["v"]) > 1 or "{" in text or "}" in text:
        raise ValueError(f"{name}: the marks do not fit the header: {header[0]}\n{text}")
    first = {mark: found[0] if found else None for mark, found in quotes.items()}
    answer = {"id": name, "language": None if spoken == "null" else spoken, "warranty": stated}
    answer |= {"warranty_quote": first["w"], "video_required": first["v"] is not None, "video_quote": first["v"]}
    answer["conflicts"] = quotes["c"]
    traps = header["traps"].split(",") if header["traps"] else []
    return {"id": name, "text": text, "traps": traps, "answer": answer}


def read(source: Path) -> str:
    """The JSON Lines for one marked file."""
    marked = source.read_text("utf-8")
    headers = list(HEADER.finditer(marked))
    ends = [header.start() for header in headers[1:]] + [len(marked)]
    letter = "a" if source.parent.name == "aside" else ""
    lines = []
    for number, (header, end) in enumerate(zip(headers, ends, strict=True), 1):
        name = f"{source.stem}-{letter}{number:03d}"
        one = labelled(name, source.stem, header, marked[header.end() : end])
        lines.append(json.dumps(one, ensure_ascii=False) + "\n")
    return "".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 when a file is out of date")
    check = parser.parse_args().check
    stale = 0
    for source in sorted(path for name in SETS for path in (LISTINGS / name).glob("*.txt")):
        target, lines = source.with_suffix(".jsonl"), read(source)
        if not target.exists() or target.read_text("utf-8") != lines:
            stale += 1
            print(f"{target.parent.name}/{target.name}: {'out of date' if check else 'written'}")
            if not check:
                target.write_text(lines, "utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
