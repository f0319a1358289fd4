"""The files that take longest are begun first: whatever is begun last is what a run waits for, with one core busy.

A file is run by one process, and one that takes a minute and a half and comes up among the last adds most of that.
"""

import pytest

# By the seconds that they took in a whole run: whatever takes half a minute and more. The last ones by processor time.
LONGEST = (
    "tests/contract/test_api_fuzzing.py",
    "tests/browser/test_month.py",
    "tests/browser/test_accessibility_after_reveal.py",
    "tests/browser/test_check_in.py",
    "tests/repeats/test_sent_again.py",
    "tests/settings/test_gone_meanwhile.py",
    "tests/faults/test_faults.py",
    "tests/privacy/test_who_reads_what.py",
    "tests/attacks/test_beside_a_couple.py",
    "tests/browser/test_history.py",
    "tests/browser/test_accessibility.py",
    "tests/store/test_marks_in_the_same_moment.py",
    "tests/contract/test_get_parameters.py",
    "tests/browser/test_linking.py",
    "tests/contract/test_recorded_client.py",
    "tests/operations/test_walk.py",
    "tests/database/test_copying.py",
    "tests/browser/engines/test_two_taps.py",
    "tests/browser/test_details.py",
    "tests/cluster/test_cluster.py",
    "tests/browser/test_pause.py",
    "tests/live/test_presence.py",
    "tests/browser/test_console.py",
    "tests/privacy/test_nothing_left_on_disk.py",
    "tests/browser/test_exchange.py",
    "tests/browser/test_keyboard_only.py",
    "tests/browser/test_whose_phone.py",
    "tests/history/test_export_of_many.py",
    "tests/browser/engines/test_back.py",
    "tests/serving/test_key_check.py",
    "tests/store/test_races.py",
    "tests/contract/test_api_isolation.py",
    "tests/browser/engines/test_lost_answers.py",
    "tests/browser/engines/test_turning.py",
    "tests/live/test_leaving.py",
    "tests/live/test_revocation.py",
    "tests/store/test_durable_answers.py",
    "tests/repeats/test_sent_at_once.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put them first, after pytest-randomly has put all files in its order."""
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))
