"""The shape of the house: which part may know which."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import arbitration

PACKAGE = Path(arbitration.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
WEB_FRAMEWORK = {"flask", "werkzeug", "flask_smorest", "webargs"}


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    """Everything that stands in a file."""
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def imports_of(path: Path) -> Iterator[str]:
    """The full names that a file imports, wherever in it they stand."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(path: Path) -> str:
    """The folder directly under the package, or the file's own name."""
    part = path.relative_to(PACKAGE).parts[0]
    return part.removesuffix(".py")


def own_layers(path: Path) -> set[str]:
    names = (name.split(".") for name in imports_of(path))
    layers = {parts[1] if len(parts) > 1 else "" for parts in names if parts[0] == "arbitration"}
    return {layer for layer in layers if (PACKAGE / layer).is_dir() or (PACKAGE / f"{layer}.py").exists()} - {""}


ARROWS = {
    "rules": set(),
    "domain": {"rules"},
    "i18n": {"rules"},
    "columns": set(),
    "tallies": set(),
    "models": {"db"},
    "meanwhile": set(),
    "services": {"columns", "models", "schemas", "domain", "rules", "i18n", "db", "ids", "meanwhile"},
    "schemas": {"domain", "rules", "i18n"},
    "mail": {"rules", "i18n", "config"},
    "media": {"domain"},
    "elapsed": set(),
    "outside": {"services", "i18n", "elapsed"},
    "sqlite": {"meanwhile"},
    "door": {"media", "services", "domain", "rules", "i18n", "db", "sqlite", "clock", "tallies"},
    "web": {"door", "services", "models", "domain", "rules", "i18n", "db", "config", "ids"},
    "api": {"door", "services", "models", "domain", "rules", "i18n", "db", "schemas"},
    "scheduler": {
        "assets",
        "outside",
        "mail",
        "services",
        "models",
        "domain",
        "rules",
        "i18n",
        "db",
        "clock",
        "config",
        "elapsed",
    },
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_part_knows_only_the_parts_below_it(path: Path) -> None:
    layer = layer_of(path)
    if layer in ARROWS:
        assert own_layers(path) <= ARROWS[layer] | {layer}


@pytest.mark.parametrize("layer", ARROWS)
def test_no_arrow_is_drawn_that_nobody_needs(layer: str) -> None:
    known = {other for path in FILES if layer_of(path) == layer for other in own_layers(path)}
    assert ARROWS[layer] <= known


@pytest.mark.parametrize("path", [p for p in FILES if layer_of(p) in ("rules", "domain")], ids=str)
def test_engine_and_life_of_a_dispute_need_the_standard_library_alone(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imports_of(path)} - set(sys.stdlib_module_names) - {"arbitration"}
    assert not foreign


@pytest.mark.parametrize("path", [p for p in FILES if layer_of(p) in ("services", "models")], ids=str)
def test_use_cases_know_nothing_of_the_web(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & WEB_FRAMEWORK


def test_every_library_that_is_imported_is_declared() -> None:
    """What comes along with another today may stay away with its next version."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    extras = (each for extra in project["optional-dependencies"].values() for each in extra)
    declared = {re.split(r"[\[<>=]", each)[0] for each in (*project["dependencies"], *extras)}
    names = {name.split(".")[0] for path in FILES for name in imports_of(path)}
    libraries = names - set(sys.stdlib_module_names) - {"arbitration"}
    come_from = packages_distributions()
    told = {name: {each.lower().replace("_", "-") for each in come_from[name]} for name in libraries}
    assert {name for name, packages in told.items() if not packages & declared} == set()


def calls_in(path: Path) -> Iterator[str]:
    """The dotted names that a file calls."""
    for node in nodes_of(path):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_one_place_commits() -> None:
    committing = {str(p.relative_to(PACKAGE)) for p in FILES if any(c.endswith(".commit") for c in calls_in(p))}
    assert committing == {"db.py"}


CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")


def test_one_place_reads_the_clock() -> None:
    reading = {str(p.relative_to(PACKAGE)) for p in FILES if any(c.endswith(CLOCKS) for c in calls_in(p))}
    assert reading == {"clock.py"}


EDGES = {"clock.py", "door", "cli", "demo", "scheduler"}


def test_only_the_edge_asks_what_time_it_is() -> None:
    asking = {
        path.relative_to(PACKAGE).parts[0]
        for path in FILES
        if any(name.startswith("arbitration.clock") or name == "arbitration.clock" for name in imports_of(path))
    }
    assert asking <= EDGES
