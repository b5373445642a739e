import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # invented places are shared between tests

from toytown import write_toytown

from almaty_geo.plan import Plan

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def almaty() -> Plan:
    return Plan(ROOT)


@pytest.fixture
def toytown(tmp_path: Path) -> Path:
    return write_toytown(tmp_path / "toytown")


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = os.environ.get("ALMATY_GEO_TEST_DATA")
    if not folder:
        pytest.skip("ALMATY_GEO_TEST_DATA does not name a folder of real files")
    return Path(folder)
