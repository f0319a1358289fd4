"""Weaknesses against logins: what is stored of them, what they ask for, and what is left of them when they end."""

from typing import Final

from tests.attacks.planted.weakness import Weakness, weakness

STOLEN: Final = "tests/attacks/test_stolen_copy.py"

WEAKNESSES: Final[tuple[Weakness, ...]] = (
    weakness(
        "a session key in clear",
        "accounts/session_store.py",
        'return hashlib.sha256(f"cycle.login:{token}".encode()).hexdigest()[:KEY_LENGTH]',
        "return token[:KEY_LENGTH]",
        f"{STOLEN}::test_no_word_of_a_copy_is_a_login",
    ),
    weakness(
        "an invitation in clear",
        "accounts/invitation_tokens.py",
        "return hashlib.sha256(token.encode()).hexdigest()",
        "return token[:64]",
        f"{STOLEN}::test_an_invitation_is_not_in_a_copy",
    ),
    weakness(
        "a second step skipped",
        "accounts/login/token_logins.py",
        "    if not code:\n        raise SecondFactorNeeded\n",
        "    if not code:\n        stage.exit()\n        return\n",
        "tests/contract/test_api_logins.py::test_the_second_step_is_asked_for_and_counted",
    ),
    weakness(
        "a code from the app taken twice",
        "accounts/login/second_step.py",
        'return cache.add(f"code-used:{user_id}:{normalize_user_code(code)}", True, taken_for)',
        "return bool(taken_for)",
        "tests/login/test_showing_who_one_is.py::test_a_code_from_the_app_logs_in_once_as_long_as_it_is_taken",
    ),
    weakness(
        "a log-out that keeps the socket",
        "accounts/login/revocation.py",
        "        access_changed.send(sender=Session, user_ids={UUID(user_id)})\n",
        "        pass\n",
        "tests/live/test_revocation.py::test_logging_out_closes_the_socket",
    ),
    weakness(
        "a token that outlives its log-out",
        "accounts/login/token_logins.py",
        "    SessionStore(login.session_key).delete()\n",
        "",
        "tests/contract/test_api_logins.py::test_logging_out_ends_this_login_alone",
    ),
    weakness(
        "an export without a fresh log-in",
        "accounts/login/token_logins.py",
        "    if person.is_guest:\n        return True\n",
        "    if person:\n        return True\n",
        "tests/history/test_export.py::test_the_api_asks_for_a_fresh_log_in_too",
    ),
    weakness(
        "a second factor's secret in clear",
        "accounts/login/adapter.py",
        "return base64.b64encode(encryption.encrypt(text.encode(), SECOND_FACTOR_PURPOSE)).decode()",
        "return text",
        "tests/login/test_signing_up.py",
    ),
)
