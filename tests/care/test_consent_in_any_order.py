"""Whatever the three of them do in whatever order, consent is active exactly while both agree."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.care import scopes as care
from accounts.care.therapists import confirm, revoke_confirmation, save_profile, words_digest
from accounts.couple import pairing
from accounts.models import SCOPES, CareLink, Scope
from tests.support.cast.care_cast import linked, no_second_factor, second_factor, three


class Model(RuleBasedStateMachine):
    """Two partners, a therapist and what may happen to a link, beside the smallest model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.cast = three()
        self.agreed: dict[str, set[str]] = {"ana": set(), "ben": set()}
        self.together = self.linked = self.confirmed = self.with_factor = True

    @rule(who=st.sampled_from(["ana", "ben"]), scopes=st.sets(st.sampled_from(SCOPES)))
    def agrees(self, who: str, scopes: set[Scope]) -> None:
        """Let one agree."""
        try:
            care.agree(getattr(self.cast, who), self.cast.link, sorted(scopes))
        except care.NotFound:
            assert not (self.together and self.linked)
        else:
            self.agreed[who] |= scopes

    @rule(who=st.sampled_from(["ana", "ben"]), scopes=st.sets(st.sampled_from(SCOPES)))
    def takes_back(self, who: str, scopes: set[Scope]) -> None:
        """Let one take it back."""
        try:
            care.withdraw(getattr(self.cast, who), self.cast.link, sorted(scopes))
        except care.NotFound:
            assert not (self.together and self.linked)
        else:
            self.agreed[who] -= scopes

    @rule()
    def unpairs(self) -> None:
        """Let them part."""
        pairing.unpair(self.cast.ana)
        self.together = False

    @rule()
    def pairs_again(self) -> None:
        """Let them pair again, with a new link: nothing of the old one counts."""
        if not self.together:
            self.cast.couple = pairing.form_couple(self.cast.ben, self.cast.ana)
            self.together, self.linked = True, False

    @rule()
    def links_again(self) -> None:
        """Let the therapist invite them once more."""
        if self.together and care.may_host(self.cast.tess):
            self.cast.link = linked(self.cast.tess, self.cast.ben)
            if not self.linked:
                self.agreed = {"ana": set(), "ben": set()}
            self.linked = True

    @rule()
    def therapist_ends(self) -> None:
        """Let the therapist end it."""
        care.end_link(self.cast.tess, self.cast.link)
        self.linked = False

    @rule()
    def staff_change_their_mind(self) -> None:
        """Let staff confirm, or take it back."""
        profile = save_profile(self.cast.tess, {"approach": "a", "pace": "b", "can_see": "c"})
        if self.confirmed:
            revoke_confirmation(profile)
        else:
            confirm(profile, words_digest(profile))
        self.confirmed = not self.confirmed

    @rule()
    def second_factor_changes(self) -> None:
        """Let the therapist turn the second step off, or on."""
        (no_second_factor if self.with_factor else second_factor)(self.cast.tess)
        self.with_factor = not self.with_factor

    @invariant()
    def active_iff_both_agree_now(self) -> None:
        """Look at it as everybody else does."""
        good = self.together and self.linked and self.confirmed and self.with_factor
        expected = self.agreed["ana"] & self.agreed["ben"] if good else set()
        link = CareLink.objects.get(pk=self.cast.link.pk)
        assert care.active_scopes(link) == expected
        for scope in SCOPES:
            assert care.has_scope(self.cast.tess.id, self.cast.couple.id, scope) == (scope in expected)
        assert bool(care.partners_of(link)) == bool(expected)

    def teardown(self) -> None:
        """Forget it all, so that the next run finds nothing."""
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)


@pytest.mark.django_db
def test_a_scope_is_active_exactly_while_both_consent() -> None:
    fast = settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Model, settings=fast)
