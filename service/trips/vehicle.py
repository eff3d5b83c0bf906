"""Whom a change concerns: classes of vehicles, those exempt, and sizes.

The surprising thing: a limit of weight, axles or seats beside a class describes that class (20吨以上货车), every other
limit stands for itself. And a car needs no tape measure: that it is a small passenger car says what it is at most.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.prose.subject import DESCRIBES
from service.records import Change, Kind, Limits, Vehicle
from service.trips.trip import TripVehicle
from service.trips.verdict import Doubt

Concerned = tuple[bool, tuple[Doubt, ...]]
"""Whether, and what is missing to be sure of it."""

YES: Concerned = (True, ())
NO: Concerned = (False, ())
_CLASS_UNSAID: Concerned = (True, (Doubt.VEHICLE_UNSAID,))
_SIZE_UNSAID: Concerned = (True, (Doubt.SIZE_UNSAID,))

SIZES = ("height_m", "width_m", "length_m", "weight_t", "axles", "seats")
"""The limits that a vehicle may be too large for; its speed is up to the driver."""

# Of a passenger car, GB 1589-2016; of a small one (小型载客汽车), GA 802-2019.
_CAR_AT_MOST = Limits(height_m=4.0, width_m=2.55, length_m=6.0, weight_t=4.5, axles=2, seats=9)

_GOODS_TOO = frozenset({Vehicle.HAZMAT, Vehicle.SPOIL, Vehicle.TRACTOR_TRAILER})


def concerned(change: Change, vehicle: TripVehicle) -> Concerned:
    """Whether ``change`` is meant for ``vehicle``."""
    barred = _barred(change, vehicle)
    if barred == NO or not change.exempt:
        return barred
    allowed = _among(change.exempt, vehicle)
    if allowed[0]:
        allowed = _all([allowed, *(_compared(change, change.exempt, vehicle, under=True))])
    if allowed == NO:
        return barred
    return NO if allowed == YES else (True, (*barred[1], *allowed[1]))


def too_large(limits: Limits | None, vehicle: TripVehicle, sizes: Iterable[str] = SIZES) -> Concerned:
    """Whether ``vehicle`` is larger than one of ``limits``."""
    return _any(_over(limits, vehicle, size, at_limit=NO) for size in _named(limits, sizes))


def _barred(change: Change, vehicle: TripVehicle) -> Concerned:
    if change.vehicles:
        among = _among(change.vehicles, vehicle)
        if among == NO and Vehicle.OVERSIZE in change.vehicles:
            return too_large(change.limits, vehicle)
        described = _compared(change, change.vehicles, vehicle, under=False)
        return _all([among, _any(described)]) if described else among
    if change.kind is not Kind.VEHICLE_RESTRICTION or change.exempt:
        return YES
    if not _named(change.limits, SIZES):
        # Number plates, say, or a class that nobody could read.
        return _CLASS_UNSAID
    return too_large(change.limits, vehicle)


def _among(classes: tuple[Vehicle, ...], vehicle: TripVehicle) -> Concerned:
    if not vehicle.classes:
        return _CLASS_UNSAID
    own = frozenset(vehicle.classes)
    if own & _GOODS_TOO:
        own |= {Vehicle.GOODS}
    if own & frozenset(classes):
        return YES
    unsure = Vehicle.OTHER in classes or (Vehicle.OVERSIZE in own and Vehicle.GOODS in classes)
    return _CLASS_UNSAID if unsure else NO


def _compared(
    change: Change, classes: tuple[Vehicle, ...], vehicle: TripVehicle, *, under: bool
) -> tuple[Concerned, ...]:
    """``vehicle`` against each limit that describes one of ``classes``: over it, or ``under`` it."""
    sizes = _named(change.limits, {size for each in classes for size in DESCRIBES[each]})
    # 7座以下 and 20吨以上: whether that very size is meant is for lawyers.
    over = tuple(_over(change.limits, vehicle, size, at_limit=_SIZE_UNSAID) for size in sizes)
    return tuple((not sure[0] or bool(sure[1]), sure[1]) for sure in over) if under else over


def _named(limits: Limits | None, sizes: Iterable[str]) -> tuple[str, ...]:
    return tuple(size for size in sorted(sizes) if getattr(limits, size, None) is not None)


def _over(limits: Limits | None, vehicle: TripVehicle, size: str, *, at_limit: Concerned) -> Concerned:
    limit, own = getattr(limits, size), getattr(vehicle.sizes, size)
    if own is None:
        most = getattr(_CAR_AT_MOST, size) if Vehicle.CAR in vehicle.classes else None
        return NO if most is not None and most <= limit else _SIZE_UNSAID
    if own == limit:
        return at_limit
    return YES if own > limit else NO


def _any(found: Iterable[Concerned]) -> Concerned:
    """True if one is, in doubt if one is in doubt."""
    told = tuple(found)
    if YES in told:
        return YES
    return next((each for each in told if each[0]), NO)


def _all(found: Iterable[Concerned]) -> Concerned:
    """False if one is, in doubt if one is in doubt."""
    told = tuple(found)
    if NO in told:
        return NO
    return True, tuple(dict.fromkeys(doubt for each in told for doubt in each[1]))
