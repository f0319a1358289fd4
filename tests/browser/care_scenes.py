"""Every screen of a couple with a therapist, and of a therapist's practice: one walk, for pictures and axe alike."""

from playwright.sync_api import expect

from tests.browser.account_scenes import Owner, Scenes
from tests.browser.journey import hook
from tests.support.servers.cycle import Server

WORDS = {
    "How I work": "Emotionally focused therapy with couples: we look at the loop you two are in, and slow it down.",
    "The pace": "Slowly. When it becomes too much for one of you we pause, and nobody has to say why.",
    "What I can see, and what I do with it": "What both of you agree that I see, and nothing else. Short notes for me.",
}


def confirm_profile(server: Server, therapist: Owner) -> None:
    """Confirm a profile as staff do."""
    found = f"TherapistProfile.objects.get(user__email={therapist.email!r})"
    change = f"p = {found}; therapists.confirm(p, therapists.words_digest(p))"
    server.manage(
        "shell",
        "-v0",
        "-c",
        f"from accounts.care import therapists; from accounts.models import TherapistProfile; {change}",
    )


def looked_at(server: Server, partner: Owner, therapist: Owner) -> None:
    """Let a therapist have opened two things."""
    imports = "from accounts import partners; from accounts.care import audit; from accounts.models import User"
    people = f"t = User.objects.get(email={therapist.email!r}); p = User.objects.get(email={partner.email!r})"
    couple = "c = partners.couple_of(p).id"
    server.manage(
        "shell",
        "-v0",
        "-c",
        f"{imports}; {people}; {couple}; audit.record(t, 'check-in', c); audit.record(t, 'summary', c)",
    )


def describe(therapist: Owner) -> None:
    """Write a profile."""
    therapist.go("/practice/profile/")
    for label, words in WORDS.items():
        therapist.page.get_by_label(label).fill(words)
    hook(therapist.page, "save-profile").click()
    expect(therapist.page.get_by_text("Saved")).to_be_visible()


def sign_up(owner: Owner) -> Owner:
    """Sign up and confirm the address."""
    owner.go("/accounts/signup/")
    owner.sign_up()
    owner.confirm()
    return owner


def become_a_therapist(therapist: Owner) -> None:
    """Do all it takes to host."""
    describe(sign_up(therapist))
    therapist.add_an_app()
    confirm_profile(therapist.server, therapist)


def pair(ana: Owner, ben: Owner) -> None:
    """Let two accounts pair."""
    ben.go(ana.invite())
    hook(ben.page, "pair").click()
    expect(hook(ben.page, "partner")).to_have_text(ana.name)


def agree(partner: Owner) -> None:
    """Agree to everything on the page."""
    for scope in ("host", "history"):
        hook(partner.page, f"agree-{scope}").click()
        expect(hook(partner.page, f"own-{scope}")).to_have_text("Agreed")


def scenes(tess: Owner, ana: Owner, ben: Owner) -> Scenes:
    """Go from one scene to the next, each looked at once its page is all there."""
    for name, page in _scenes(tess, ana, ben):
        page.wait_for_load_state()
        yield name, page


def _scenes(tess: Owner, ana: Owner, ben: Owner) -> Scenes:
    yield from a_therapist_signs_up(tess)
    for owner in (ana, ben):
        sign_up(owner)
    pair(ana, ben)
    yield from they_are_linked(tess, ana, ben)
    yield from they_work_together(tess, ana, ben)


def a_therapist_signs_up(tess: Owner) -> Scenes:
    """Write a profile, add a second step, be confirmed."""
    yield "practice-stranger", tess.go("/practice/")
    sign_up(tess)
    yield "practice-nobody", tess.go("/practice/")
    tess.go("/practice/profile/")
    yield "profile-empty", tess.page
    tess.page.get_by_label("How I work").fill("x")
    hook(tess.page, "save-profile").click()
    expect(tess.page.locator(".field__error")).to_have_count(2)
    yield "profile-refused", tess.page
    describe(tess)
    yield "profile-to-be-read", tess.page
    tess.add_an_app()
    confirm_profile(tess.server, tess)
    yield "practice-empty", tess.go("/practice/")


def they_are_linked(tess: Owner, ana: Owner, ben: Owner) -> Scenes:
    """Invite, accept, and answer, each alone."""
    yield "care-nobody", ana.go("/couple/care/")
    hook(tess.page, "invite-couple").click()
    expect(hook(tess.page, "invitation-link")).to_be_visible()
    yield "care-invited", tess.page
    link = hook(tess.page, "invitation-link").get_attribute("href") or ""
    yield "care-invitation", ana.go(link)
    hook(ana.page, "accept").click()
    expect(ana.page.get_by_role("heading", name="What may Tess see?")).to_be_visible()
    yield "consent-asked", ana.page
    agree(ana)
    yield "consent-given-alone", ana.page
    yield "practice-linked", tess.go("/practice/")
    ben.go("/couple/care/")
    hook(ben.page, "care-link").click()
    agree(ben)
    yield "consent-active", ben.page
    yield "care-overview", ben.go("/couple/care/")
    yield "couple-with-therapist", ben.go("/couple/")


def they_work_together(tess: Owner, ana: Owner, ben: Owner) -> Scenes:
    """Look at the roster, write notes, read who has looked, and end it."""
    yield "practice", tess.go("/practice/")
    hook(tess.page, "notes").click()
    tess.page.get_by_label("My notes").fill("Both slowed down after round 1.\nAsk about the pause before the answer.")
    hook(tess.page, "save-notes").click()
    expect(tess.page.get_by_text("Saved. Only you can see this.")).to_be_visible()
    yield "notes", tess.page
    # As if another window had saved since this one was opened.
    tess.page.locator('[name="version"]').evaluate("input => { input.value = 'older'; }")
    tess.page.get_by_label("My notes").fill("Ask Ben about the walk.")
    hook(tess.page, "save-notes").click()
    expect(hook(tess.page, "notes-meanwhile")).to_be_visible()
    yield "notes-meanwhile", tess.page
    looked_at(tess.server, ana, tess)
    yield "who-has-looked", ana.go("/couple/care/opened/")
    ana.go("/couple/care/")
    hook(ana.page, "invite-therapist").click()
    expect(hook(ana.page, "invitation-link")).to_be_visible()
    yield "care-overview-invited", ana.go("/couple/care/")
    tess.go("/practice/")
    tess.page.get_by_role("link", name="End the link").click()
    expect(hook(tess.page, "end-link")).to_be_visible()
    yield "link-end", tess.page
    hook(tess.page, "end-link").click()
    expect(tess.page.get_by_text("You are no longer linked.")).to_be_visible()
    yield "practice-ended", tess.page
