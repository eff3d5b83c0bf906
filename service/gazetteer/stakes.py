"""Stakes (桩号): ``K12+300`` is twelve kilometres and three hundred metres along the numbered road.

The surprising thing: ``ZK12+300`` and ``AK0+100`` are none of these. A line of its own (左线) and a ramp count from
starts of their own, so their metres lie nowhere on the road's.
"""

from __future__ import annotations

import re

_STAKE = re.compile(r"K([0-9]{1,4})(?:\+([0-9]{1,3}(?:\.[0-9]+)?))?", re.ASCII)


def stake_m(text: str | None) -> float | None:
    """Metres from where the road's stakes begin; None for a name, and for a stake of another series.

    >>> stake_m("K12+300"), stake_m("AK0+100")
    (12300.0, None)
    """
    found = _STAKE.fullmatch(text or "")
    return int(found[1]) * 1000 + float(found[2] or 0) if found else None


def stake_text(metres: float) -> str:
    """A stake as notices write it.

    >>> stake_text(12300.0)
    'K12+300'
    """
    kilometres, rest = divmod(round(metres, 3), 1000)
    return f"K{kilometres:.0f}+{rest:07.3f}".removesuffix(".000")
