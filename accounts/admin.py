"""What staff see of people: who has an account and may use it. Nobody's couple, no time or place of a log-in."""

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.deletion import delete_person
from accounts.models import User

if TYPE_CHECKING:
    # The stubs make it generic; at run time it is not.
    ModelAdmin = admin.ModelAdmin[User]
else:
    ModelAdmin = admin.ModelAdmin

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
        """Return the accounts."""
        return super().get_queryset(request).exclude(email=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody make an account but the person themself."""
        return False

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Name the people alone: what hangs on them is nobody's to look at."""
        return [user.email or str(user) for user in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete a person as they would themself."""
        delete_person(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete people one by one."""
        for user in queryset:
            delete_person(user)
