"""What a long-running process does about its memory once all is loaded."""

import gc

SELDOM = (20_000, 20, 50)


def settle() -> None:
    """Leave what was loaded at the start out of the collector's rounds, and let it come round less often.

    Whole rounds over classes, tables and catalogues, which never go away, cost a request in ten more than all it did.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
