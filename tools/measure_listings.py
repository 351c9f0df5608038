"""Measure the reader of listings by the labelled listings under tests/listings.

    python tools/measure_listings.py            # both sets: figures, and the misses of the tuning set
    python tools/measure_listings.py --tuning   # the tuning set alone
    python tools/measure_listings.py --aside    # the set kept aside alone: figures, never texts
    python tools/measure_listings.py --show     # the misses of every set, the one kept aside too
    python tools/measure_listings.py --json     # the same for a machine

The reader is asked through `arbitration terms --lines`, so what is measured is what users get. Traps, the shape of
the labels and how to add listings: tests/listings/README.md.
"""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

LISTINGS = Path(__file__).resolve().parents[1] / "tests" / "listings"
SETS = ("tuning", "aside")
LANGUAGES = ("en", "fr", "uk", "ru", "pl", "fa")
LONGEST_QUOTE = 300
MONTH, YEAR = 30 * 1440, 365 * 1440
MINUTES = {"M": 1, "H": 60, "D": 1440, "W": 7 * 1440, "O": MONTH, "Y": YEAR}
SAME_DURATION = {"P1Y6M": "P18M"}
WARRANTY_LOOK_ALIKES = {
    *("condition", "date", "delivery_time", "extended", "lifetime_product", "manufacturer", "no_refunds", "no_term"),
    *("promise", "response_time", "slogan", "term_length", "whole_term", "withdrawal"),
}
VIDEO_LOOK_ALIKES = {"video_advised", "video_by_seller", "video_maybe", "video_not_needed", "video_or_screens"}
TARGETS = {"warranty": 95.0, "weakest": 92.0, "video": 97.0, "quotes": 93.0, "near": 95.0, "cost": 1.0, "seconds": 2.0}
SCORES = ("warranty", "video", "quotes", "near", "cost", "language", "conflicts")


class ReaderError(RuntimeError):
    """The command `arbitration terms` refused, or answered something else than was asked."""


def present(folder: Path = LISTINGS) -> list[str]:
    """The sets that there are; the one kept aside is missing while it is written anew."""
    return [name for name in SETS if (folder / name).is_dir()]


def labelled(name: str, folder: Path = LISTINGS) -> list[dict]:
    """The labelled listings of a set, in the order of the languages."""
    files = [folder / name / f"{language}.jsonl" for language in LANGUAGES]
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]


def ask(listings: list[dict]) -> list[dict]:
    """What `arbitration terms --lines` answers, one for each listing. Raises ReaderError."""
    lines = "".join(json.dumps({"id": one["id"], "text": one["text"]}, ensure_ascii=False) + "\n" for one in listings)
    command = [str(Path(sys.executable).parent / "arbitration"), "terms", "--lines", "-"]
    run = subprocess.run(command, input=lines.encode(), capture_output=True, check=False)
    if run.returncode:
        raise ReaderError(run.stderr.decode() or f"status {run.returncode}")
    answers = [json.loads(line) for line in run.stdout.decode().splitlines()]
    if [answer.get("id") for answer in answers] != [one["id"] for one in listings]:
        raise ReaderError("the answers are not those to the listings, in their order")
    return answers


def seconds_per_thousand(listings: list[dict]) -> float:
    """How long the whole command takes over a thousand listings, no two of them alike; its start counts too."""
    many = [
        {"id": str(number), "text": f"{listings[number % len(listings)]['text']}\n({number})"} for number in range(1000)
    ]
    started = time.perf_counter()
    ask(many)
    return time.perf_counter() - started


def minutes(duration: str) -> int:
    """The length of `P30D`, `PT48H`, `P1Y6M`, with a month as 30 and a year as 365 days."""
    date, _, clock = duration.removeprefix("P").partition("T")
    total, number = 0, ""
    for part, units in ((date.replace("M", "O"), MINUTES), (clock, MINUTES)):
        for letter in part:
            if letter.isdigit():
                number += letter
            else:
                total, number = total + int(number) * units[letter], ""
    return total


def same_warranty(said: dict, label: dict) -> bool:
    """Whether kind, duration and start are those of the label."""
    duration = said.get("duration")
    if said.get("kind") != label["kind"] or said.get("starts") != label.get("starts"):
        return False
    return SAME_DURATION.get(duration, duration) == label.get("duration")


def kindness(warranty: dict) -> tuple[float, int]:
    """How much a warranty gives the buyer; nothing stated counts as unlimited, as it does in the engine."""
    if warranty["kind"] == "excluded":
        return (0, 0)
    if warranty["kind"] != "period":
        return (float("inf"), 0)
    return (minutes(warranty["duration"]), int(warranty["starts"] == "delivery"))


def costs_the_buyer(said: dict, label: dict) -> bool:
    """Whether the buyer is read out of something: a shorter warranty, or a video that nobody demanded."""
    demanded = said["video_required"] and not label["video_required"]
    return demanded or kindness(said["warranty"]) < kindness(label["warranty"])


def is_exact(quote: dict, text: str) -> bool:
    return quote["text"] == text[quote["start"] : quote["end"]] and 0 < len(quote["text"]) <= LONGEST_QUOTE


def to_the_point(quote: dict | None, label: dict | None, text: str) -> bool:
    """Whether a quote is exact and shares at least half of the shorter of both with the label's; or both are none."""
    if quote is None or label is None:
        return quote is label
    shared = min(quote["end"], label["end"]) - max(quote["start"], label["start"])
    return is_exact(quote, text) and 2 * shared >= min(len(quote["text"]), len(label["text"]))


def quote_marks(said: dict, one: dict) -> list[bool]:
    """One mark for each quote that the label or the reader has, and one more for inexact quotes of conflicts."""
    label, text = one["answer"], one["text"]
    names = [name for name in ("warranty_quote", "video_quote") if said[name] or label[name]]
    return [to_the_point(said[name], label[name], text) for name in names] + [
        False for quote in said["conflicts"] if not is_exact(quote, text)
    ]


def near_marks(said: dict, one: dict) -> list[bool]:
    """One mark for a look-alike of a warranty where none is stated, one for a video that is not demanded."""
    label, traps, marks = one["answer"], set(one["traps"]), []
    if label["warranty"]["kind"] == "not_stated" and traps & WARRANTY_LOOK_ALIKES:
        marks.append(said["warranty"]["kind"] == "not_stated")
    if not label["video_required"] and traps & VIDEO_LOOK_ALIKES:
        marks.append(not said["video_required"])
    return marks


def marks(said: dict, one: dict) -> dict[str, list[bool]]:
    """Every mark of one answer, by score. Under `cost` a mark is a fault, elsewhere it is a success."""
    label, text = one["answer"], one["text"]
    found = [any(to_the_point(mine, quote, text) for mine in said["conflicts"]) for quote in label["conflicts"]]
    return {
        "warranty": [same_warranty(said["warranty"], label["warranty"])],
        "video": [said["video_required"] == label["video_required"]],
        "quotes": quote_marks(said, one),
        "near": near_marks(said, one),
        "cost": [costs_the_buyer(said, label)],
        "language": [said["language"] == label["language"]],
        "conflicts": found,
    }


def figures(marked: Iterable[dict[str, list[bool]]]) -> dict[str, float | None]:
    """Per cent for each score over some listings; None where no listing has such a mark."""
    of, good = Counter(), Counter()
    for one in marked:
        for score, values in one.items():
            of[score] += len(values)
            good[score] += sum(values)
    return {score: round(100 * good[score] / of[score], 1) if of[score] else None for score in SCORES}


def groups(listings: list[dict]) -> dict[str, list[int]]:
    """The places of the listings of each language, then those of each trap."""
    found: dict[str, list[int]] = {language: [] for language in LANGUAGES}
    for trap in sorted({trap for one in listings for trap in one["traps"]} | {"plain"}):
        found[trap] = []
    for place, one in enumerate(listings):
        for name in (one["id"][:2], *(one["traps"] or ["plain"])):
            found[name].append(place)
    return found


def misses(listings: list[dict], answers: list[dict], marked: list[dict]) -> list[dict]:
    """What was read wrongly: the listing, which scores it missed, and both answers."""
    wrong = []
    for one, said, mark in zip(listings, answers, marked, strict=True):
        names = [score for score, values in mark.items() if (any(values) if score == "cost" else not all(values))]
        if names:
            wrong.append({"id": one["id"], "missed": names, "text": one["text"], "label": one["answer"], "read": said})
    return wrong


def measure(name: str, folder: Path = LISTINGS) -> dict:
    """The figures of a set: `all`, `weakest` (warranty in the weakest language), `groups`, `counts`, `misses`."""
    listings = labelled(name, folder)
    answers = ask(listings)
    marked = [marks(said, one) for said, one in zip(answers, listings, strict=True)]
    of = groups(listings)
    by_group = {group: figures(marked[place] for place in places) for group, places in of.items()}
    return {
        "set": name,
        "listings": len(listings),
        "all": figures(marked),
        "weakest": min(by_group[language]["warranty"] or 0.0 for language in LANGUAGES if of[language]),
        "groups": by_group,
        "counts": {group: len(places) for group, places in of.items()},
        "misses": misses(listings, answers, marked),
    }


def below_target(report: dict) -> list[str]:
    """The names of the targets that a report misses."""
    values = {**report["all"], "weakest": report["weakest"], "seconds": report.get("seconds")}
    most = ("cost", "seconds")
    known = {name: value for name in TARGETS if (value := values.get(name)) is not None}
    return [name for name, value in known.items() if (value > TARGETS[name] if name in most else value < TARGETS[name])]


def row(name: str, count: int, values: dict) -> str:
    cells = "".join(f"{'' if values[score] is None else values[score]:>10}" for score in SCORES)
    return f"{name:<20}{count:>5}{cells}"


def printed(report: dict) -> str:
    """A report as a text for people."""
    head = f"{report['set']}: {report['listings']} listings"
    lines = ["", head, " " * 25 + "".join(f"{score:>10}" for score in SCORES)]
    lines.append(row("all", report["listings"], report["all"]))
    lines += [row(group, report["counts"][group], values) for group, values in report["groups"].items()]
    lines.append(f"weakest language {report['weakest']}, seconds per 1,000 listings {report['seconds']}")
    lines.append("below target: " + (", ".join(below_target(report)) or "nothing"))
    for miss in report["misses"]:
        said = {name: miss["read"][name] for name in miss["read"] if name != "id"}
        lines += ["", f"{miss['id']} missed {', '.join(miss['missed'])}", miss["text"]]
        lines += [
            f"  label {json.dumps(miss['label'], ensure_ascii=False)}",
            f"  read  {json.dumps(said, ensure_ascii=False)}",
        ]
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--tuning", action="store_const", const=["tuning"], dest="sets", help="the tuning set alone")
    which.add_argument("--aside", action="store_const", const=["aside"], dest="sets", help="the set kept aside alone")
    parser.add_argument("--show", action="store_true", help="show the misses of the set kept aside too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    try:
        names = wanted.sets or present()
        reports = [measure(name) | {"seconds": round(seconds_per_thousand(labelled(name)), 2)} for name in names]
    except (ReaderError, OSError) as fault:
        print(f"The reader could not be asked: {fault}", file=sys.stderr)
        return 1
    for report in reports:
        if report["set"] == "aside" and not wanted.show:
            report["misses"] = []
    if wanted.json:
        print(json.dumps(reports, ensure_ascii=False, indent=2))
        return 0
    print(f"Per cent. Targets: {', '.join(f'{name} {value:g}' for name, value in TARGETS.items())}.")
    for report in reports:
        print(printed(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
