"""Modals and the Home tab: the stack of three, hashes, what a submission's answer does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.blocks import STACK, check_view
from tests.servers.slack.errors import Refused, invalid
from tests.servers.slack.filling import MODAL_TROUBLE, first_values
from tests.servers.slack.things import Json, User, View

if TYPE_CHECKING:
    from tests.servers.slack.world import World


def _kept(world: World, view: Json) -> Json:
    return view | {"blocks": world.naming.kept(view["blocks"], world.kept)}


def new_hash(world: World) -> str:
    return f"{int(world.now())}.{world.number('hash'):08x}"


def _check_external_id(world: World, source: Json, view: View | None = None) -> None:
    name = source.get("external_id")
    if name and any(v.open and v is not view and v.source.get("external_id") == name for v in world.views.values()):
        raise Refused("duplicate_external_id")


def show(world: World, person: User, source: Json, previous: View | None = None) -> View:
    """Put a checked view on top of *previous*, or alone."""
    _check_external_id(world, source)
    view_id = world.new_id("V")
    root = previous.root_id if previous is not None else view_id
    view = View(view_id, person, _kept(world, source), new_hash(world), root)
    view.previous_id = previous.id if previous is not None else None
    view.state = first_values(view.blocks)
    world.views[view.id] = view
    return view


def replace(world: World, view: View, source: Json) -> None:
    """Change what a view shows; a field with the same block_id and action_id keeps what stands in it."""
    _check_external_id(world, source, view)
    view.source, view.hash = _kept(world, source), new_hash(world)
    old = view.state
    fresh = first_values(view.blocks)
    view.state = {at: old[at] if at in old and old[at]["type"] == new["type"] else new for at, new in fresh.items()}
    view.errors, view.trouble = {}, ""


def close_view(view: View) -> None:
    view.open = False
    if view in view.person.modals:
        view.person.modals.remove(view)


# ── the methods ─────────────────────────────────────────────────────────────────────────────────────────────────────


def views_open(world: World, params: Json) -> Json:
    source = check_view(params["view"], "modal")
    person = _trigger(world, params).person
    if person.modals:
        world.oddities.append("views.open: over an open modal, which is thereby gone (views.push puts on top)")
        for old in person.modals[:]:
            close_view(old)
    view = show(world, person, source)
    person.modals.append(view)
    return {"view": view.as_json(world)}


def views_push(world: World, params: Json) -> Json:
    source = check_view(params["view"], "modal")
    trigger = _trigger(world, params)
    stack = trigger.person.modals
    if not stack or not trigger.in_modal:
        raise Refused("not_found")
    if len(stack) >= STACK:
        raise Refused("push_limit_reached")
    view = show(world, trigger.person, source, stack[-1])
    stack.append(view)
    return {"view": view.as_json(world)}


def views_update(world: World, params: Json) -> Json:
    source = check_view(params["view"], "modal", "home")
    if ("view_id" in params) == ("external_id" in params):
        one = "Cannot provide both" if "view_id" in params else "Must provide one of"
        raise invalid(f"{one} `view_id` and `external_id`")
    view = _find(world, params)
    _check_hash(view, params)
    if view.source["type"] != source["type"]:
        raise invalid("the type of a view cannot change [json-pointer:/view/type]")
    replace(world, view, source)
    return {"view": view.as_json(world)}


def views_publish(world: World, params: Json) -> Json:
    source = check_view(params["view"], "home")
    if not world.manifest.at("features.app_home.home_tab_enabled", False):
        raise Refused("not_enabled")
    person = world.users.get(params["user_id"])
    if person is None or person.is_bot:
        raise invalid("invalid user_id [json-pointer:/user_id]")
    if person.home_view is None:
        person.home_view = show(world, person, source)
    else:
        _check_hash(person.home_view, params)
        replace(world, person.home_view, source)
    return {"view": person.home_view.as_json(world)}


def _trigger(world: World, params: Json) -> Any:
    if "trigger_id" not in params:
        raise invalid("missing required field: trigger_id")
    if params["trigger_id"].count(".") != 2:
        raise invalid("invalid `trigger_id` [json-pointer:/trigger_id]")
    return world.spend(params["trigger_id"])


def _find(world: World, params: Json) -> View:
    for view in world.views.values():
        wanted = (params.get("view_id"), params.get("external_id"))
        if view.open and (view.id == wanted[0] or (wanted[1] and view.source.get("external_id") == wanted[1])):
            return view
    raise Refused("not_found")


def _check_hash(view: View, params: Json) -> None:
    if "hash" in params and params["hash"] != view.hash:
        raise Refused("hash_conflict")


# ── a submission's answer ───────────────────────────────────────────────────────────────────────────────────────────


def answer_submission(world: World, view: View, answer: Any) -> None:
    """Do what the acknowledgement of a `view_submission` says; nonsense is told to the person as trouble."""
    if not view.open:
        return
    try:
        _answer(world, view, answer)
    except Refused as refused:
        view.trouble = MODAL_TROUBLE
        world.oddities.append(
            f"view_submission was answered with what Slack does not take: {refused.error} {refused.more}"
        )


def _answer(world: World, view: View, answer: Any) -> None:
    if answer is None or answer == {} or answer == "":
        close_view(view)
        return
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action == "errors":
        _show_errors(view, answer.get("errors"))
    elif action == "clear":
        for one in view.person.modals[:]:
            close_view(one)
    elif action == "update":
        replace(world, view, check_view(answer.get("view"), "modal"))
    elif action == "push":
        source = check_view(answer.get("view"), "modal")
        if len(view.person.modals) >= STACK:
            raise Refused("push_limit_reached")
        view.person.modals.append(show(world, view.person, source, view))
    else:
        raise Refused(f"response_action {action!r}")


def _show_errors(view: View, errors: Any) -> None:
    fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refused("errors must be an object and not empty")
    unknown = [block for block in errors if block not in fields]
    if unknown or not all(isinstance(said, str) and said for said in errors.values()):
        raise Refused(f"errors at what is no input block: {unknown}")
    view.errors = dict(errors)
