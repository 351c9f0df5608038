"""Many ends are sealed at once as each would be alone."""

import pytest

from arbitration.domain.docket import Seals, seal


@pytest.mark.parametrize("key", ["k", "x" * 43, "x" * 64, "x" * 65, "ключ" * 40])
def test_a_seal_among_many_is_the_seal_of_one(key):
    seals = Seals(key)
    for number in range(3):
        chain, head = f"0199-{number}", f"{number}" * 64
        assert seals.seal(chain, number, head) == seal(key, chain, number, head)
