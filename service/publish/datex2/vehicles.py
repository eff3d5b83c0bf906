"""Whom a record concerns, in DATEX II: a ``forVehiclesWithCharacteristicsOf`` for each class of vehicles; none is all.

The surprising thing: the model has no "except". A change that all but cars must heed is written for every other class
it knows, and one whose exception it has no class for (those with a local plate) cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.publish.markup import element, text
from service.records import Change, Kind, Limits, Vehicle

_OVER, _FROM = "greaterThan", "greaterThanOrEqualTo"
_CONCERNED = "sit:forVehiclesWithCharacteristicsOf"

_TYPES: dict[Vehicle, tuple[tuple[str, str], ...]] = {
    Vehicle.GOODS: (("vehicleType", "lorry"),),
    Vehicle.HAZMAT: (("loadType", "hazardousMaterials"),),
    Vehicle.BUS: (("vehicleType", "bus"),),
    Vehicle.OVERSIZE: (("loadType", "abnormalLoad"),),
    Vehicle.TRACTOR_TRAILER: (("vehicleType", "articulatedVehicle"),),
    Vehicle.SPOIL: (("loadType", "debris"), ("vehicleType", "lorry")),
    Vehicle.SPECIAL: (("vehicleType", "constructionOrMaintenanceVehicle"),),
    Vehicle.CAR: (("vehicleType", "passengerCar"),),
    Vehicle.MOTORCYCLE: (("vehicleType", "motorcycle"),),
}
"""The elements of each class that there is a word for, in the order of the schema."""

_OTHER = (("vehicleType", "other"),)

_DISJOINT = (Vehicle.CAR, Vehicle.BUS, Vehicle.GOODS, Vehicle.SPECIAL, Vehicle.MOTORCYCLE)
"""The classes that every vehicle belongs to one of, so that some of them are all but the others."""

_METRES = ("height", "length", "width")
_DESCRIBING = {Vehicle.GOODS: (_FROM, ("weight", "axles")), Vehicle.OVERSIZE: (_OVER, _METRES)}
"""The limits that narrow a class, and whether what is just as large is meant: 30吨以上 means it, 限宽3米 does not."""


def sayable(change: Change) -> bool:
    """False where ``change`` has an exception for which there is no word."""
    return bool(change.vehicles) or set(change.exempt) <= set(_DISJOINT)


def concerned(change: Change) -> str:
    """The classes that ``change`` itself concerns, with the sizes and weights that narrow them."""
    limits = change.limits or Limits()
    classes = change.vehicles
    if not classes and change.exempt:
        classes = tuple(each for each in _DISJOINT if each not in change.exempt)
    if classes or change.kind is not Kind.VEHICLE_RESTRICTION:
        return "".join(_class(each, limits) for each in classes)
    return oversized(limits) or _class(Vehicle.OTHER, limits)


def oversized(limits: Limits) -> str:
    """Those that exceed any of ``limits``: an element each, because all that one element says must hold together."""
    return "".join(element(_CONCERNED, each) for each in _characteristics(limits, _OVER, ("weight", *_METRES, "axles")))


def _class(vehicle: Vehicle, limits: Limits) -> str:
    types = (text(f"com:{name}", value) for name, value in _TYPES.get(vehicle, _OTHER))
    comparison, wanted = _DESCRIBING.get(vehicle, (_OVER, ()))
    return element(_CONCERNED, *types, *_characteristics(limits, comparison, wanted))


def _characteristics(limits: Limits, comparison: str, wanted: tuple[str, ...]) -> Iterator[str]:
    """The limits ``wanted``, as far as known; in the order of the schema."""
    compared = text("com:comparisonOperator", comparison)
    if "weight" in wanted and limits.weight_t is not None:
        weight = text("com:grossVehicleWeight", limits.weight_t)
        yield element("com:grossWeightCharacteristic", compared, weight, text("com:typeOfWeight", "actual"))
    for name, metres in zip(_METRES, (limits.height_m, limits.length_m, limits.width_m), strict=True):
        if name in wanted and metres is not None:
            yield element(f"com:{name}Characteristic", compared, text(f"com:vehicle{name.title()}", metres))
    if "axles" in wanted and limits.axles is not None:
        yield element("com:numberOfAxlesCharacteristic", compared, text("com:numberOfAxles", limits.axles))
