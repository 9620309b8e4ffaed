"""The administration of data sharing: how far each module is open, and the rules beyond that."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import sharing
from privacy.access import rights
from privacy.access.clauses import module_of
from privacy.admin import criteria
from privacy.admin.pages import PermissionsAdmin, attempt, back
from privacy.enums import Level
from privacy.models import Role, SharingRule
from privacy.web.rooms import Room

AS = ((False, gettext_lazy("read only")), (True, gettext_lazy("read and change")))


class RuleForm(forms.ModelForm):
    """Whose records, to whom, and how far. Checked by the verb's own rules."""

    may_write = forms.TypedChoiceField(
        label=gettext_lazy("Access"),
        choices=AS,
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        initial=False,
    )

    class Meta:
        model = SharingRule
        fields = (
            "source", "source_role", "source_group",
            "target", "target_role", "target_group", "may_write", "superiors_too",
        )  # fmt: skip
        widgets = {"source": forms.RadioSelect, "target": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.builder = criteria.CriteriaFields(self.instance.module, self.instance.criteria)
        self.fields |= dict(self.builder.make())
        for name in ("source", "target"):
            self.fields[name].choices = self.fields[name].choices[1:]  # type: ignore[attr-defined]
        for name in ("source_role", "target_role"):
            self.fields[name].queryset = Role.objects.all()  # type: ignore[attr-defined]

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        """The lines of the builder."""
        return [(self[f"operator_{line}"], self[f"value_{line}"]) for line in range(criteria.LINES)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.criteria = self.builder.read(cleaned)
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                sharing.check_rule(self.instance)
            except ValidationError as error:
                self.add_error(None, error)

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "criteria"}  # type: ignore[misc]

    def validate_constraints(self) -> None:
        """The verb says it in words."""


@admin.register(SharingRule)
class SharingRuleAdmin(PermissionsAdmin):
    """What is open beyond roles: by module, and by rule."""

    room = Room.PEOPLE
    symbol = "share-2"
    about = gettext_lazy("What is open beyond the roles: by module, and by rule.")
    fields = RuleForm.Meta.fields

    def found(self, request: HttpRequest, text: str) -> Any:
        return SharingRule.objects.none()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Everything about sharing on one page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rules = SharingRule.objects.select_related(
            "source_role", "source_group", "target_role", "target_group"
        )
        told = [(rule, Sentence(rule)) for rule in rules]
        levels = sharing.levels()
        modules = [(code, module_of(model).label, levels[code]) for code, model in rights.modules().items()]
        groups = Group.objects.prefetch_related("user_set").order_by("name")
        context = {"rules": told, "modules": modules, "levels": Level, "groups": groups}
        return self.page(request, "sharing", {"title": _("Data sharing"), **context})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new rule for the module that is named."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        module = request.GET.get("module", "")
        module = module if module in rights.modules() else next(iter(rights.modules()))
        return self._edit(request, SharingRule(module=module), _("New sharing rule"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._edit(request, self.one(request, object_id), _("Sharing rule"))

    def get_urls(self) -> list[Any]:
        return [self.view_at("levels/", "levels", self.levels, acts=True), *super().get_urls()]

    def levels(self, request: HttpRequest) -> HttpResponse:
        """How far each module is open by itself."""
        chosen = {code: request.POST.get(code, "") for code in rights.modules()}

        @transaction.atomic
        def save() -> None:
            for code, level in chosen.items():
                if level in Level.values:
                    sharing.set_level(code, Level(level), by=request.user)

        attempt(request, save, _("Saved."))
        return back(self.address("changelist"))

    def delete_model(self, request: HttpRequest, obj: SharingRule) -> None:
        sharing.delete_rule(obj, by=request.user)

    def _edit(self, request: HttpRequest, rule: SharingRule, title: str) -> HttpResponse:
        form = RuleForm(request.POST or None, instance=rule)
        if request.method == "POST" and form.is_valid():
            sharing.save_rule(form.instance, by=request.user)
            return back(self.address("changelist"), f"rule-{rule.pk}")
        label = module_of(rights.modules()[rule.module]).label
        modules = [(code, module_of(model).label) for code, model in rights.modules().items()]
        context = {"title": title, "form": form, "rule": rule, "module": label, "modules": modules}
        return self.page(request, "sharing_rule", context, status=422 if form.errors else 200)


class Sentence:
    """A rule in words: whose records, to whom, how far."""

    def __init__(self, rule: SharingRule) -> None:
        self.rule = rule
        model = rights.modules().get(rule.module)
        self.module = str(module_of(model).label) if model is not None else rule.module

    @property
    def records(self) -> str:
        """Which records."""
        rule, kinds = self.rule, SharingRule.Source
        if rule.source == kinds.CRITERIA:
            said = criteria.told(rule.module, rule.criteria)
            return _("{module} where {criteria}").format(module=self.module, criteria=said)
        if rule.source == kinds.GROUP:
            text = _("{module} of the group “{name}”")
            return text.format(module=self.module, name=rule.source_group)
        is_branch = rule.source == kinds.BRANCH
        text = _("{module} of “{name}” and the roles below it") if is_branch else _("{module} of “{name}”")
        return text.format(module=self.module, name=rule.source_role)

    @property
    def people(self) -> str:
        """To whom."""
        rule, kinds = self.rule, SharingRule.Target
        if rule.target == kinds.GROUP:
            return _("the group “{name}”").format(name=rule.target_group)
        is_branch = rule.target == kinds.BRANCH
        text = _("“{name}” and the roles below it") if is_branch else _("“{name}”")
        return text.format(name=rule.target_role)
