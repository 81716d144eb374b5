"""Microsoft's own examples, sent as they are printed: each is accepted, and answered in the shape that is printed."""

import json
from collections.abc import Iterator

import pytest

from . import busy_scenes, directory_scenes, event_scenes, identity_scenes
from .csdl import PUBLISHED, Metadata
from .samples import FILES, Json, beyond, differences, in_shape, sample
from .stage import Stage

METADATA = Metadata()
DIFFERENCES = differences()
SCENES = event_scenes.SCENES | busy_scenes.SCENES | directory_scenes.SCENES
SHORTENED = {"openid-configuration"}  # on the page


@pytest.fixture
def stage(name: str) -> Iterator[Stage]:
    stage = Stage(sample(name))
    yield stage
    stage.service.close()


def test_every_published_file_is_accounted_for() -> None:
    """It is replayed, or a reason is given."""
    names = {file.stem for file in FILES}

    replayed = [*SCENES, *identity_scenes.SCENES]

    assert sorted([*replayed, *DIFFERENCES.out_of_scope]) == sorted(names)


def test_every_listed_difference_is_of_an_answer_that_is_compared() -> None:
    named = {name for one in DIFFERENCES.differs for name in one.samples}

    assert named <= {*(name for name in SCENES if sample(name).answer), *identity_scenes.SCENES}


@pytest.mark.parametrize("name", sorted(SCENES))
def test_is_accepted_and_answered_in_shape(name: str, stage: Stage) -> None:
    published, played = sample(name), SCENES[name]

    answer = played.scene(stage)

    body: Json = json.loads(answer.content) if answer.content else None
    if isinstance(published.status, int):
        assert answer.status_code == published.status, answer.text
    else:
        assert answer.status_code == 400, answer.text
    for header, value in published.told.items():
        if body is not None or header != "content-type":
            assert answer.headers[header].partition(";")[0] == value
    if published.answer is not None:
        assert set(in_shape(published.answer, body)) == DIFFERENCES.of(name)
    if played.type:
        assert list(METADATA.complaints(_content(body, played.type), played.type)) == []


@pytest.mark.parametrize("name", sorted(identity_scenes.SCENES))
def test_signing_in_goes_as_it_is_printed(name: str, stage: Stage) -> None:
    """No less in an answer and no more, but for what is listed."""
    published = identity_scenes.published(sample(name))

    answer = identity_scenes.SCENES[name](stage)

    found = set(in_shape(published, answer))
    if published and name not in SHORTENED:
        found |= set(beyond(published, answer))
    assert found == DIFFERENCES.of(name)


@pytest.mark.parametrize("name", ["token-error-invalid-scope"])
def test_errors_are_described_in_the_published_words(name: str, stage: Stage) -> None:
    """After them come ids and the time, each on a line of its own."""
    published = _lines(identity_scenes.published(sample(name)))

    lines = _lines(identity_scenes.SCENES[name](stage))

    assert lines[0] == published[0]
    assert [line.partition(":")[0] for line in lines] == [line.partition(":")[0] for line in published]


def _lines(body: Json) -> list[str]:
    return str(body["error_description"]).split("\r\n") if isinstance(body, dict) else []


def _in_order(body: Json) -> Json:
    """An answer of getSchedule with the items in order: which of two that begin together comes first is not said."""
    if isinstance(body, dict) and isinstance(body["value"], list):
        for schedule in body["value"]:
            if isinstance(schedule, dict) and isinstance(schedule["scheduleItems"], list):
                schedule["scheduleItems"].sort(key=lambda item: json.dumps(item, sort_keys=True))
    return body


def _content(body: Json, type: str) -> Json:
    """What an answer is about: itself, or what is in its `value`."""
    if isinstance(body, dict) and type.startswith("Collection"):
        return body["value"]
    return body


@pytest.mark.parametrize("name", ["calendar-getSchedule", "getSchedule-concept"])
def test_busy_times_are_told_to_the_letter(name: str, stage: Stage) -> None:
    """One calendar in detail and one without, an item from before the window, and a zone that has no name."""
    assert _in_order(json.loads(SCENES[name].scene(stage).content)) == _in_order(sample(name).answer)


@pytest.mark.parametrize("name", ["error-throttled-429"])
def test_waits_are_fractions_of_seconds(stage: Stage) -> None:
    wait = SCENES["error-throttled-429"].scene(stage).headers["retry-after"]

    assert float(wait) > 0
    assert "." in wait


def test_no_sample_names_an_address_of_this_machine() -> None:
    """What was published is all that is in the folder."""
    for file in PUBLISHED.rglob("*.*"):
        text = file.read_text(encoding="utf-8")
        assert not [word for word in ("/work", "/tmp", "/home", "/root", "127.0.0.1", "10.0.") if word in text]
