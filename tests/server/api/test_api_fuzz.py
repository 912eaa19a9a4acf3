"""Every operation, asked for by a program that knows only the document: nothing breaks, and answers are as it says.

Schemathesis makes requests that fit the document and requests that do not. Every second one is led to something that is
there. All of its checks are made but one: that whatever fits the document is taken, for no schema says that four
corners go clockwise, or that a name is free. It is slow to load, so that happens when it is needed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_house import OPERATIONS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_house import Live

from server.api.contract import Upload
from server.api.openapi import openapi
from server.api.problem import Problem

DOCUMENT = openapi(OPERATIONS, "0.1", Problem)
NAMES = sorted(operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values())
PRINTS = {"printSheets", "drawCode", "paintCode"}  # start a process each time that they find something
FILE_TYPES = {kind for o in OPERATIONS if isinstance(o.body, Upload) for kind in o.body.types}
FEW, MANY = 5, 200


@pytest.fixture(scope="module")
def live(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with Live(tmp_path_factory.mktemp("live"), tables) as opened:
        yield opened


class Asker:
    """Asks, and checks what is answered."""

    def __init__(self, live: Live) -> None:
        import requests
        import schemathesis
        from schemathesis.checks import allow_header_conformance, positive_data_acceptance

        for kind in FILE_TYPES:
            schemathesis.serializer.alias(kind, "application/octet-stream")
        self._schema = schemathesis.openapi.from_dict(DOCUMENT)
        self._schema.config.generation.update(with_security_parameters=False)
        self._schema.config.checks.missing_required_header.expected_statuses = [428]
        self._schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]  # 410, 412 and 413 among them
        self._live, self._session = live, live.enter()
        self._http = requests.Session()
        self._excluded = {name: [positive_data_acceptance] for name in NAMES}
        self._excluded["importExhibition"].append(allow_header_conformance)  # an exhibition may be called import

    def requests_for(self, name: str) -> st.SearchStrategy[Any]:
        """Sound ones, and others where there is anything to get wrong."""
        from schemathesis import GenerationMode

        operation = self._schema.find_operation_by_id(name)
        raw = operation.definition.raw
        modes = list(GenerationMode) if raw["parameters"] or "requestBody" in raw else [GenerationMode.POSITIVE]
        return st.one_of(*(operation.as_strategy(mode) for mode in modes))

    def edge_cases_of(self, name: str) -> Iterator[Any]:
        """One for each constraint that the document names, kept or broken; and other methods."""
        from schemathesis import GenerationMode

        return self._schema.iter_coverage_cases(
            self._schema.find_operation_by_id(name),
            generation_modes=list(GenerationMode),
            generation_config=self._schema.config.generation,
        )

    def ask(self, name: str, case: Any, *, prints: bool = True) -> None:
        cookie, token = self._live.enter() if name == "logOut" else self._session
        if is_sound(case) and zlib.crc32(repr(case.path_parameters).encode()) % 2 and (prints or name not in PRINTS):
            things = self._live.things_for(name)
            case.path_parameters = {part: things.get(part, given) for part, given in case.path_parameters.items()}
            if "If-Match" in (case.headers or {}):
                case.headers["If-Match"] = f'"{self._live.revision(at_station="station" in case.path_parameters)}"'
        answer = case.call(
            base_url=self._live.house.base.rstrip("/"),
            session=self._http,
            headers={"X-CSRF-Token": token},
            cookies={"vernissage": cookie},
        )
        self._http.cookies.clear()  # else a login of a stranger's would count from now on
        case.validate_response(answer, excluded_checks=self._excluded[name])


def is_sound(case: Any) -> bool:
    """Whether its address is meant to be one that the document allows."""
    from schemathesis import GenerationMode
    from schemathesis.core.parameters import ParameterLocation

    path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    return path is not None and path.mode is GenerationMode.POSITIVE


@pytest.fixture(scope="module")
def asker(live: Live) -> Asker:
    return Asker(live)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_asked_for_is_answered_as_the_document_says(asker: Asker, name: str) -> None:
    @given(case=asker.requests_for(name))
    @settings(max_examples=FEW, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        asker.ask(name, case, prints=False)

    ask()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_asked_for_in_whatever_way_is_answered_as_the_document_says(asker: Asker, name: str) -> None:
    for case in asker.edge_cases_of(name):
        asker.ask(name, case)

    @given(case=asker.requests_for(name))
    @settings(max_examples=MANY // 10 if name in PRINTS else MANY, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        asker.ask(name, case)

    ask()
