"""What staff see of people: who has an account and may use it, and what therapists say of themselves.

Nobody's couple, care link, consent or note, no time or place of a log-in.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.care import therapists
from accounts.models import TherapistProfile, User
from accounts.settings.deletion import delete_person

if TYPE_CHECKING:
    # The stubs make it generic; at run time it is not.
    ModelAdmin = admin.ModelAdmin[User]
    ProfileAdmin = admin.ModelAdmin[TherapistProfile]
    ProfileModelForm = forms.ModelForm[TherapistProfile]
else:
    ProfileAdmin = ModelAdmin = admin.ModelAdmin
    ProfileModelForm = forms.ModelForm

for model in (Authenticator, EmailAddress, Group, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(ModelAdmin):
    """Accounts: close, open and delete them, and say who is staff. Guests are not shown."""

    list_display = ("email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email",)
    ordering = ("email",)
    fields = ("email", "is_active", "is_staff", "is_superuser")
    readonly_fields = ("email",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return accounts only: a guest, who has no e-mail address, is not shown."""
        return super().get_queryset(request).exclude(email=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: accounts are made by signing up."""
        return False

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """List the people to be deleted, and not what would be deleted with them: that is nobody's to look at."""
        return [user.email or str(user) for user in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete an account as its person can, which also ends their check-ins."""
        delete_person(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete the chosen accounts one by one, each as its person can."""
        for user in queryset:
            delete_person(user)


class ConfirmForm(ProfileModelForm):
    """The form by which staff confirm a therapist; it carries the digest of the words that they have read."""

    may_host = forms.BooleanField(required=False, label="read, and may host")
    read = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["may_host"].initial = therapists.is_confirmed_as_written(self.instance)
        self.fields["read"].initial = therapists.words_digest(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """Refuse to confirm words that changed while they were read. Raises ValidationError."""
        cleaned = super().clean()
        if self.cleaned_data.get("may_host") and self.cleaned_data.get("read") != therapists.words_digest(
            self.instance
        ):
            raise ValidationError(gettext("The wording has changed since you opened it. Go back and read it again."))
        return cleaned


@admin.register(TherapistProfile)
class TherapistProfileAdmin(ProfileAdmin):
    """What therapists say of their work, for staff to read and to confirm before they may host."""

    form = ConfirmForm
    list_display = ("email", "state", "since")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("email", "approach", "pace", "can_see", "state", "since", "may_host", "read")
    readonly_fields = ("email", "approach", "pace", "can_see", "state", "since")

    @admin.display(description="account")
    def email(self, profile: TherapistProfile) -> str:
        """Return the therapist's e-mail address, for the list."""
        return profile.user.email or ""

    @admin.display(description="state")
    def state(self, profile: TherapistProfile) -> str:
        """Return whether there are words that staff have not confirmed."""
        if profile.confirmed_at is None:
            return gettext("to be read")
        return (
            gettext("confirmed") if therapists.is_confirmed_as_written(profile) else gettext("new wording to be read")
        )

    @admin.display(description="confirmed on")
    def since(self, profile: TherapistProfile) -> date | None:
        """Return the day of the confirmation, if there is one."""
        return profile.confirmed_at.date() if profile.confirmed_at else None

    def save_model(self, request: HttpRequest, obj: TherapistProfile, form: Any, change: bool) -> None:
        """Confirm the profile or revoke its confirmation; staff change nothing else of it."""
        if form.cleaned_data["may_host"]:
            therapists.confirm(obj, form.cleaned_data["read"])
        else:
            therapists.revoke_confirmation(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: only a therapist writes their profile."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TherapistProfile | None = None) -> bool:
        """Refuse: a profile is deleted with its account."""
        return False
