"""What the tests of this floor share: somebody says stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consent import opt_outs
from tests.cast import FOUNDER, MONDAY

if TYPE_CHECKING:
    from consent.models import OptOut

NUMBER, MAIL = "+12125550187", "pat@example.test"


def stop(address: str = NUMBER, **details: Any) -> OptOut:
    """A stop of texts by the keyword, unless given otherwise."""
    usual: dict[str, Any] = {"channel": "text", "source": "keyword", "words": "STOP"}
    usual |= {"by": FOUNDER, "now": MONDAY}
    return opt_outs.stop(address=address, **usual | details)
