"""When Python looks for what nobody needs any more.

A page makes tens of thousands of small objects and drops nearly all of them at once;
Python would stop at every seven hundred to look for circles among them, and now and
then go through all that was loaded. Both took a tenth of the time of a page.
"""

from __future__ import annotations

import gc

MADE = 50_000  # objects more than were dropped: some pages' worth


def settle() -> None:
    """Look seldom, and never again at what is there now: called once all is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MADE, 10, 10)
