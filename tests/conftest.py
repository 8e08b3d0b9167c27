"""Shared fixtures: the default article indexed once with the real model."""

import pytest

from ingest import IngestReport, ingest
from rag import Pipeline, Settings
from tests.paths import ARTICLES


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="session")
def first_ingest(settings: Settings) -> IngestReport:
    return ingest([ARTICLES], settings)


@pytest.fixture(scope="session")
def pipeline(settings: Settings, first_ingest: IngestReport) -> Pipeline:
    return Pipeline(settings)
