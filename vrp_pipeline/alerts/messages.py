"""Messages: a condition that began, changed or ended, or the digest of a morning, as a subject and a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from vrp_pipeline.alerts.condition import RUNBOOK, Condition
from vrp_pipeline.feeds.partnership import NAME

BEGUN, CHANGED, OVER = "new", "changed", "over"


@dataclass(frozen=True)
class Message:
    """What is sent: one line and a text, and for programs the key and the event."""

    key: str
    event: str
    subject: str
    text: str


def message(condition: Condition, event: str, before: Sequence[Condition] = ()) -> Message:
    """Return the message that a condition began, changed or is over; `before`: those whose place it takes."""
    # A subject is one line, and what happened may be told in several.
    headline = " ".join(condition.what.split(": ")[0].rstrip(".").split())
    if event == OVER:
        return Message(
            condition.key, event, f"[vrp] over: {condition.kind} {condition.subject}", f"This is over: {headline}.\n"
        )
    prefix = "changed: " if event == CHANGED else ""
    told = [f"Told before as {each.kind}: {each.what}" for each in before]
    return Message(condition.key, event, f"[vrp] {prefix}{headline}", "\n".join([*told, _text(condition)]))


def digest(conditions: Sequence[Condition], lines: Sequence[str], day: str) -> Message:
    """Return the digest of a morning: what still needs a person, and `lines` on the last day; also if all is well."""
    count = len(conditions)
    need = "nothing needs you" if not count else "1 thing needs you" if count == 1 else f"{count} things need you"
    text = (
        "\n".join([NAME, *lines])
        + "\n\n"
        + ("\n\n".join(map(_text, conditions)) if conditions else "Nothing needs you.\n")
    )
    return Message(f"digest:{day}", "digest", f"[vrp] {day}: {need}", text)


def _text(condition: Condition) -> str:
    return "\n".join(
        [
            f"What happened: {condition.what}",
            f"What it touches: {condition.touches}",
            "What to type:",
            *(f"  {line}" for line in condition.remedy),
            f"More: {RUNBOOK}#{condition.kind}",
            "",
        ]
    )
