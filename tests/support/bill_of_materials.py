"""Write the bill of materials: every package that production installs, with its hashes, as a CycloneDX document.

`make sbom` runs it. It reads what `make lock` has pinned and asks nobody, so that it is the same wherever it is made.
"""

import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from cycleproject.version import VERSION
from tests.support.servers.cycle import ROOT

FILE: Final = ROOT / "sbom.cdx.json"
PINS: Final = ROOT / "requirements.txt"
OURSELVES: Final = "-r requirements.in"


class Pin(NamedTuple):
    """One package as it is pinned: the digest of each of its files, and what asks for it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    asked_by: tuple[str, ...]


def pins(text: str) -> list[Pin]:
    """Return what a file of pins installs."""
    found = []
    for part in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE):
        if head := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", part):
            hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", part))
            said = part.partition("# via")[2]
            asked_by = tuple(name for line in said.splitlines() if (name := line.strip(" #")))
            found.append(Pin(head[1], head[2], hashes, asked_by))
    return found


def bill(pinned: list[Pin]) -> Bom:
    """Return the bill of materials of these pins, and which of them brings which."""
    cycle = Component(name="cycle", version=VERSION, type=ComponentType.APPLICATION, bom_ref="cycle")
    written = {pin.name: _component(pin) for pin in pinned}
    bom = Bom(components=written.values())
    bom.metadata.component = cycle
    for whole, asking in [(cycle, OURSELVES), *((written[pin.name], pin.name) for pin in pinned)]:
        bom.register_dependency(whole, [written[pin.name] for pin in pinned if asking in _names(pin)])
    return bom


def _component(pin: Pin) -> Component:
    address = PackageURL("pypi", name=pin.name, version=pin.version)
    # A package comes as one of several files, one for each kind of machine.
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(address.to_string()),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in pin.hashes],
    )
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        purl=address,
        bom_ref=address.to_string(),
        external_references=[files],
    )


def _names(pin: Pin) -> set[str]:
    return {re.sub(r"\[.*\]", "", name) for name in pin.asked_by}


def main() -> None:
    """Write the document beside the pins, or where the first argument says."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    pinned = pins(PINS.read_text(encoding="utf-8"))
    file.write_text(JsonV1Dot6(bill(pinned)).output_as_string(indent=2) + "\n", encoding="utf-8")
    print(f"{len(pinned)} packages are in {file.name}.")


if __name__ == "__main__":
    main()
