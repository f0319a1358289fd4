"""The first start writes a .env of its own, and later ones keep its addresses true."""

import stat
from pathlib import Path

import pytest

from cycleproject.serving import first_env


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give this machine the private addresses in the list."""
    addresses = ["192.168.1.5", "fd00::5"]
    monkeypatch.setattr(first_env, "private_addresses", lambda: addresses)
    return addresses


def lines(path: Path) -> dict[str, str]:
    """Return the variables in a file."""
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if not line.startswith("#"))
    return {name: value for name, value in pairs}


def test_it_writes_a_private_file_with_all_that_a_start_needs(tmp_path: Path, network: list[str]) -> None:
    file = tmp_path / ".env"
    assert first_env.write_or_update(file, 8000)
    written = lines(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(written["SECRET_KEY"]) > 80
    assert len(written["FIELD_KEYS"]) == 44
    assert written["DEBUG"] == "0"
    assert written["ALLOWED_HOSTS"] == "localhost,127.0.0.1,192.168.1.5,[fd00::5]"
    assert written["TRUSTED_ORIGINS"].split(",") == [
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://192.168.1.5:8000",
        "http://[fd00::5]:8000",
    ]
    assert list(tmp_path.iterdir()) == [file]


def test_it_draws_its_secrets_anew_for_each_installation(tmp_path: Path, network: list[str]) -> None:
    first_env.write_or_update(tmp_path / "one", 8000)
    first_env.write_or_update(tmp_path / "two", 8000)
    one, two = lines(tmp_path / "one"), lines(tmp_path / "two")
    assert one["SECRET_KEY"] != two["SECRET_KEY"]
    assert one["FIELD_KEYS"] != two["FIELD_KEYS"]


def test_it_leaves_the_file_alone_afterwards(tmp_path: Path, network: list[str]) -> None:
    file = tmp_path / ".env"
    first_env.write_or_update(file, 8000)
    before = (file.read_bytes(), file.stat().st_ino)
    assert not first_env.write_or_update(file, 8000)
    assert (file.read_bytes(), file.stat().st_ino) == before


def test_it_follows_the_machine_to_another_network_and_port(tmp_path: Path, network: list[str]) -> None:
    file = tmp_path / ".env"
    first_env.write_or_update(file, 8000)
    before = lines(file)
    network[:] = ["10.0.0.9"]
    assert not first_env.write_or_update(file, 8001)
    after = lines(file)
    assert after["ALLOWED_HOSTS"] == "localhost,127.0.0.1,10.0.0.9"
    assert after["TRUSTED_ORIGINS"] == "http://localhost:8001,http://127.0.0.1:8001,http://10.0.0.9:8001"
    assert after["SECRET_KEY"] == before["SECRET_KEY"]
    assert after["FIELD_KEYS"] == before["FIELD_KEYS"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "chosen",
    [
        "ALLOWED_HOSTS=cycle.example.org\nTRUSTED_ORIGINS=https://cycle.example.org\n",
        "ALLOWED_HOSTS=localhost,laptop.local\nTRUSTED_ORIGINS=http://localhost:8000\n",
        "ALLOWED_HOSTS=localhost\nTRUSTED_ORIGINS=https://localhost:8443\n",
        "ALLOWED_HOSTS=localhost,8.8.8.8\n",
        "ALLOWED_HOSTS=*\n",
        "ALLOWED_HOSTS=\n",
    ],
)
def test_it_never_touches_hosts_that_somebody_chose(tmp_path: Path, network: list[str], chosen: str) -> None:
    file = tmp_path / ".env"
    file.write_text(chosen)
    first_env.write_or_update(file, 8000)
    assert file.read_text() == chosen


def test_it_finds_addresses_that_others_on_the_network_can_use() -> None:
    found = first_env.private_addresses()
    assert len(found) == len(set(found))
    assert all(first_env.is_private_address(address) for address in found)


def test_it_writes_none_where_the_settings_are_somewhere_else(
    tmp_path: Path, network: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_env, "ENV_FILE", tmp_path / ".env")
    for elsewhere in ("/etc/cycle/env", ""):
        monkeypatch.setenv("ENV_FILE", elsewhere)
        first_env.main()
        assert not (tmp_path / ".env").exists()
    monkeypatch.delenv("ENV_FILE")
    first_env.main()
    assert (tmp_path / ".env").exists()
