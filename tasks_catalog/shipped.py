"""The sample catalogues: real plans in our own words, as data."""

from __future__ import annotations

from importlib.resources import files

from i18n import mark
from tasks_catalog.exchange import load
from tasks_catalog.model import Catalogue
from workflow.rules.refusals import NotFound


def names() -> tuple[str, ...]:
    """The names of the shipped catalogues, in order."""
    places = files("tasks_catalog").joinpath("samples").iterdir()
    return tuple(sorted(p.name.removesuffix(".yaml") for p in places if p.name.endswith(".yaml")))


def sample(name: str) -> Catalogue:
    """One shipped catalogue. Raises NotFound."""
    if name not in names():
        raise NotFound(mark("There is no sample catalogue “{name}”."), name=name)
    return load(files("tasks_catalog").joinpath("samples", f"{name}.yaml").read_bytes())
