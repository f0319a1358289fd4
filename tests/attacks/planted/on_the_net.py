"""Weaknesses against whoever comes from the net: limits, bodies, connections, proxies, links."""

from typing import Final

from tests.attacks.planted.weakness import Weakness, weakness

PREFIXES: Final = "tests/attacks/test_prefixes.py"
REQUESTS: Final = "tests/attacks/test_requests.py"
LINKS: Final = "tests/attacks/test_where_links_lead.py"

WEAKNESSES: Final[tuple[Weakness, ...]] = (
    weakness(
        "a limit on the raw address",
        "cycleproject/web/network.py",
        "Prefix(str(ipaddress.ip_network((int(known), HOUSEHOLD_BITS), strict=False))),",
        "Prefix(str(known)),",
        f"{PREFIXES}::test_a_home_line_guesses_as_often_as_one_address",
        f"{PREFIXES}::test_starting_is_counted_by_prefix",
    ),
    weakness(
        "a rented site counted by its lines alone",
        "cycleproject/web/network.py",
        "        Prefix(str(ipaddress.ip_network((int(known), SITE_BITS), strict=False)), HOUSEHOLDS_OF_A_SITE),\n",
        "",
        f"{PREFIXES}::test_a_rented_site_guesses_as_often_as_eight_households",
    ),
    weakness(
        "wrong codes counted nowhere",
        "cycleproject/web/limits.py",
        "return [*super().counted(request, person), *self._while_braked(request), self._everywhere()]",
        "return []",
        f"{PREFIXES}::test_a_home_line_guesses_as_often_as_one_address",
    ),
    weakness(
        "no brake while wrong codes pile up",
        "cycleproject/web/limits.py",
        "braked = self._while_braked(request) if self._everywhere().wait() else []",
        "braked: list[Counter] = []",
        f"{PREFIXES}::test_a_botnet_slows_guessing_and_shuts_out_nobody_who_has_a_right_code",
    ),
    weakness(
        "the beginning of a link's key is enough",
        "sessions/joining/codes.py",
        "return constant_time_compare(key[:LINK_KEY_LENGTH], _link_key(code))",
        "return bool(key) and _link_key(code).startswith(key)",
        "tests/joining/test_wrong_looks.py::test_a_link_is_no_way_to_guess",
    ),
    weakness(
        "an unbounded read",
        "cycleproject/guard/requests.py",
        "if self._body_bytes > self._body_may_have:",
        "if self._body_bytes < 0:",
        f"{REQUESTS}::test_a_body_that_says_no_length_is_counted",
    ),
    weakness(
        "a header without an end",
        "cycleproject/guard/requests.py",
        "if self._in_head and self._raw_head_bytes > LARGEST_HEAD:",
        "if self._in_head and self._raw_head_bytes < 0:",
        f"{REQUESTS}::test_a_header_of_megabytes_is_refused",
    ),
    weakness(
        "unfinished requests held for ever",
        "cycleproject/guard/requests.py",
        "self._deadline = self.loop.call_later(DEADLINE_SECONDS, self._too_slow)",
        "self._deadline = self.loop.call_later(DEADLINE_SECONDS * 360, self._too_slow)",
        f"{REQUESTS}::test_what_is_left_unfinished_is_closed_within_ten_seconds_however_it_drips",
    ),
    weakness(
        "as many connections as somebody likes",
        "cycleproject/guard/connections.py",
        "if len(held) >= self.most:",
        "if len(held) >= self.most * 1000:",
        f"{REQUESTS}::test_three_thousand_half_sent_requests_keep_nobody_out",
    ),
    weakness(
        "pings that nobody counts",
        "cycleproject/guard/sockets.py",
        '"""Answer, unless too many come."""\n        if self._within_allowance():\n',
        '"""Answer, unless too many come."""\n        if self:\n',
        "tests/attacks/test_control_frames.py::test_a_flood_of_control_frames_is_closed",
    ),
    weakness(
        "X-Forwarded-For believed of anybody",
        "cycleproject/serve.py",
        "proxy_headers=bool(trusted_proxies),\n        forwarded_allow_ips=trusted_proxies,",
        'proxy_headers=True,\n        forwarded_allow_ips="*",',
        "tests/serving/test_serving.py",
    ),
    weakness(
        "a socket opened by any page",
        "cycleproject/asgi.py",
        "return place is not None and (is_own or place in map(_place, settings.TRUSTED_ORIGINS))",
        "return place is not None",
        "tests/live/test_connecting.py::test_it_refuses_a_foreign_origin",
    ),
    weakness(
        "a foreign host in a mail",
        "cycleproject/web/addresses.py",
        "    domain, port = split_domain_port(request.get_host())  # without the dot that may end a name\n",
        '    domain, port = split_domain_port(request.get_host())\n    return f"{request.scheme}://{request.get_host()}"\n',
        f"{LINKS}::test_a_mail_and_a_qr_code_lead_here",
    ),
    weakness(
        "a way on that leads off the site",
        "accounts/login/adapter.py",
        "    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:\n",
        "    def is_safe_url(self, url: str) -> bool:\n        return True\n\n"
        "    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:\n",
        f"{LINKS}::test_logging_in_stays_on_the_site",
    ),
)
