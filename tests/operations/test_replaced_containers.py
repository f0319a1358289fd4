"""Both processes of compose.yaml come back as new containers, and the proxy passes on to them at once."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml

from tests.support.prerequisites import path_of

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "docs" / "deployment"
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
PLACES = {name: SERVICES[name]["networks"]["inside"] for name in ("app-1", "app-2")}
OWN = "02:42:ac:1e:07:0a"

makes_networks = pytest.mark.needs("nginx", "iproute2")


def run(*command: str) -> str:
    """Run one command of the system."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


class Host:
    """A network of its own, with nginx as compose.yaml configures it and a bridge to what it passes on to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ip = path_of("iproute2") or ""
        self.name = f"cycle-{os.getpid()}"

    @contextmanager
    def running(self) -> Iterator["Host"]:
        """Build the network and serve in it."""
        with self._namespace(self.name):
            self._inside(self.name, self.ip, "link", "set", "lo", "up")
            self._inside(self.name, self.ip, "link", "add", "inside", "address", OWN, "type", "bridge")
            # In compose the proxy has a plug of its own. Here it sits on the bridge, which forgets everything when
            # nothing is plugged in, or when its own address follows from what is.
            self._inside(self.name, self.ip, "link", "add", "other", "type", "veth", "peer", "name", "end")
            self._inside(self.name, self.ip, "link", "set", "end", "up")
            self._inside(self.name, self.ip, "link", "set", "other", "master", "inside", "up")
            address = SERVICES["nginx"]["networks"]["inside"]["ipv4_address"]
            self._inside(self.name, self.ip, "address", "add", f"{address}/24", "dev", "inside")
            self._inside(self.name, self.ip, "link", "set", "inside", "up")
            # As long as it likes, so that a slow machine does not forget in time.
            self._inside(self.name, "sysctl", "-qw", "net.ipv4.neigh.inside.base_reachable_time_ms=600000")
            text = (EXAMPLES / "compose-nginx.conf").read_text()
            text = text.replace("/etc/nginx/locations.conf", f'"{EXAMPLES / "locations.conf"}"')
            with self._nginx(self.name, text):
                yield self

    @contextmanager
    def containers(self, *, keep_addresses: bool) -> Iterator[None]:
        """Start both processes; without ``keep_addresses`` the system thinks of hardware addresses by itself."""
        with ExitStack() as everything:
            for name, place in PLACES.items():
                space = f"{self.name}-{name}"
                everything.enter_context(self._namespace(space))
                ours = ["address", place["mac_address"]] if keep_addresses else []
                link = ("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", space)
                self._inside(self.name, self.ip, *link, *ours)
                # A namespace that is deleted lets go of its end later, and the next one could not be plugged in.
                everything.callback(self._inside, self.name, self.ip, "link", "delete", name)
                self._inside(self.name, self.ip, "link", "set", name, "master", "inside", "up")
                self._inside(space, self.ip, "address", "add", f"{place['ipv4_address']}/24", "dev", "eth0")
                self._inside(space, self.ip, "link", "set", "eth0", "up")
                here = f"listen {place['ipv4_address']}:8000; return 200 served;"
                text = f"events {{}} http {{ access_log off; server {{ {here} }} }}"
                everything.enter_context(self._nginx(space, text))
            yield

    def learn_their_addresses(self) -> None:
        """Ask for pages until both have answered."""
        deadline = time.monotonic() + 60
        while True:
            assert self.status() == 200
            known = self._inside(self.name, self.ip, "neighbour", "show", "nud", "reachable")
            if all(f"{place['ipv4_address']} " in known for place in PLACES.values()):
                return
            assert time.monotonic() < deadline, known

    def status(self) -> int:
        """Ask the proxy for a page."""
        ask = "import http.client as c; o = c.HTTPConnection('127.0.0.1', 80, timeout=30); o.request('GET', '/');"
        return int(self._inside(self.name, "/usr/bin/python3", "-c", f"{ask} print(o.getresponse().status)"))

    def _inside(self, space: str, *command: str) -> str:
        return run(self.ip, "netns", "exec", space, *command)

    @contextmanager
    def _namespace(self, space: str) -> Iterator[None]:
        run(self.ip, "netns", "add", space)
        try:
            yield
        finally:
            run(self.ip, "netns", "delete", space)

    @contextmanager
    def _nginx(self, space: str, text: str) -> Iterator[None]:
        folder = self.folder / space
        folder.mkdir(exist_ok=True)
        configuration = folder / "nginx.conf"
        configuration.write_text(f'daemon off; user root; pid "{folder}/pid";\n{text}')
        (folder / "pid").unlink(missing_ok=True)
        nginx = [path_of("nginx") or "", "-e", "stderr", "-c", str(configuration)]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen([self.ip, "netns", "exec", space, *nginx], stdout=log, stderr=log)
        try:
            # It listens before it writes this.
            deadline = time.monotonic() + 60
            while not (folder / "pid").exists():
                assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.02)
            yield
        finally:
            process.terminate()
            process.wait(30)


def test_each_process_has_one_hardware_address_of_its_own() -> None:
    of_services = [
        network["mac_address"]
        for service in SERVICES.values()
        for network in (service["networks"].values() if isinstance(service.get("networks"), dict) else ())
        if "mac_address" in network
    ]
    assert len(set(of_services)) == len(of_services) == len(PLACES)


@makes_networks
def test_both_are_reached_at_once_after_they_were_replaced(tmp_path: Path) -> None:
    with Host(tmp_path).running() as host:
        with host.containers(keep_addresses=True):
            host.learn_their_addresses()
        with host.containers(keep_addresses=True):
            assert {host.status() for _ in PLACES} == {200}


@makes_networks
def test_with_other_hardware_addresses_they_would_not_be(tmp_path: Path) -> None:
    with Host(tmp_path).running() as host:
        with host.containers(keep_addresses=False):
            host.learn_their_addresses()
        with host.containers(keep_addresses=False):
            assert host.status() == 504
