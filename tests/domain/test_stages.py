"""The table of stages: complete, and as the documentation draws it."""

from pathlib import Path

import pytest

from arbitration.domain.available import GUARDS
from arbitration.domain.stage_chart import diagram, table
from arbitration.domain.stages import ACTS, CLOSED, STANDS_AT, Stage, require_move

PAGE = Path(__file__).parents[2] / "docs" / "disputes.md"


def test_the_documentation_draws_the_table_as_it_is() -> None:
    page = PAGE.read_text("utf-8")
    assert diagram() in page, "python tools/draw_stages.py"
    assert table() in page, "python tools/draw_stages.py"


def test_every_stage_can_be_reached_and_left() -> None:
    moves = {(start, end) for act in ACTS.values() for start in act.at for end in act.leads_to(start)}
    entered = ACTS["openDispute"].to | {end for _, end in moves}
    assert entered == set(Stage) == set(STANDS_AT)
    assert {start for start, _ in moves} == set(Stage)


def test_the_table_speaks_of_acts_that_there_are() -> None:
    assert GUARDS.keys() <= ACTS.keys()
    for act in ACTS.values():
        assert act.from_each.keys() <= act.at
        assert all(ends <= act.to for ends in act.from_each.values())


def test_a_first_ruling_can_be_appealed_against_and_one_on_an_appeal_can_not() -> None:
    require_move("issueRuling", Stage.ARBITRATION, Stage.RULED)
    require_move("issueRuling", Stage.APPEAL, CLOSED)
    for start, end in ((Stage.ARBITRATION, Stage.ENFORCEMENT), (Stage.APPEAL, Stage.RULED)):
        with pytest.raises(ValueError, match="nowhere near"):
            require_move("issueRuling", start, end)
