"""What happens by itself, in order, once somebody looks."""

from datetime import datetime
from functools import partial

from graph_emulator.agenda import Agenda

from .meeting import HOUR, MINUTE, TEN


def test_acts_happen_in_the_order_they_are_due() -> None:
    """Those due at the same time in the order they were put down; each is told when it was due."""
    agenda = Agenda()
    happened: list[tuple[str, datetime]] = []

    def note(name: str, at: datetime) -> None:
        happened.append((name, at))

    for name, due in (("second", TEN + HOUR), ("third", TEN + HOUR), ("first", TEN), ("not yet", TEN + 2 * HOUR)):
        agenda.at(due, partial(note, name))

    agenda.catch_up(TEN + HOUR + MINUTE)

    assert happened == [("first", TEN), ("second", TEN + HOUR), ("third", TEN + HOUR)]
    assert agenda.next_due() == TEN + 2 * HOUR


def test_an_act_may_put_more_on_the_agenda() -> None:
    """What it leads to happens in its own turn, also when the clock jumped over both."""
    agenda = Agenda()
    happened: list[str] = []

    def invite(at: datetime) -> None:
        agenda.at(at + MINUTE, lambda _: happened.append("answer"))

    agenda.at(TEN, invite)
    agenda.at(TEN + HOUR, lambda _: happened.append("later"))
    agenda.catch_up(TEN + 2 * HOUR)

    assert happened == ["answer", "later"]
    assert agenda.next_due() is None
