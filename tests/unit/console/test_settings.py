"""The settings of one file are those that the configuration's schema describes."""

import pytest

from console.caller import MAKE, SHELL
from console.main import main, names
from console.settings import NESTED, NOT_OF_ONE_FILE, SCHEMAS, entry_of, settings
from multilevel.configuration.schema import read_schema, resolved
from multilevel.errors import ConfigError


def test_every_key_of_a_dataset_is_a_setting() -> None:
    schema = read_schema(SCHEMAS)
    dataset = schema["$defs"]["dataset"]["properties"]
    holding_keys = {key for key in dataset if "properties" in resolved(dataset[key], schema)}
    # What only runs by a schedule look at is no setting of one file.
    assert set(NESTED) == holding_keys - {"expect"}
    keys = {setting.keys for setting in settings()}
    assert keys == {(key,) for key in dataset if key not in NOT_OF_ONE_FILE} | {
        (key, inner) for key in NESTED for inner in resolved(dataset[key], schema)["properties"]
    }


def test_names_differ_among_the_settings_of_a_command() -> None:
    every = names("report")
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(
    ("given", "entry"),
    [
        ({"method": "ml"}, {"method": "ML"}),
        ({"sheet": "2"}, {"sheet": 2}),
        ({"sheet": "Grade 8"}, {"sheet": "Grade 8"}),
        ({"outcome": '["PV1", "PV2"]'}, {"outcome": ["PV1", "PV2"]}),
        ({"outcome": "PV[1-5]MATH"}, {"outcome": "PV[1-5]MATH"}),
        ({"fay": "0.5"}, {"replicates": {"fay": 0.5}}),
        ({"join_by": '{"A": "b"}'}, {"join": {"by": {"A": "b"}}}),
        ({"missing": "999, -1.5,Omitted"}, {"missing": [999, -1.5, "Omitted"]}),
        ({"confidence": "95%", "bootstrap": "many"}, {"confidence": "95%", "bootstrap": "many"}),
    ],
)
def test_text_becomes_what_the_schema_asks_for(
    given: dict[str, str], entry: dict[str, object]
) -> None:
    assert entry_of(given, SHELL) == entry


def test_a_broken_list_is_named_as_the_caller_spells_it() -> None:
    for caller, spelled in ((SHELL, "--join-by"), (MAKE, "JOIN_BY=")):
        with pytest.raises(ConfigError, match=f"^{spelled} is not a list"):
            entry_of({"join_by": "[a"}, caller)


def test_help_is_what_the_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["report", "--help"])
    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    for setting in settings():
        assert f"{SHELL.setting(setting.name)} " in said
        assert setting.meaning in said


@pytest.mark.parametrize("command", ["inspect", "run", "schedule", "self-test"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert f"usage: multilevel {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "a.csv", "--titel", "x"], "Unknown setting --titel. Did you mean --title?"),
        (["report", "a.csv"], "multilevel report needs --outcome and --group"),
        (["report"], "multilevel report scores.csv --outcome math --group school"),
        (["report", "--preset", "timss"], "needs FILE\n"),
        (["report", "a.csv", "b.csv"], '"b.csv" is not a setting'),
        (["inspect", "a.csv", "--shet", "2"], "Did you mean --sheet?"),
        (["reprot"], "invalid choice"),
        (["report", "a.csv", "--outcome"], "expected one argument"),
        (["report", "caf\udce9.csv", "--preset", "pisa"], "FILE is not valid UTF-8"),
    ],
)
def test_mistakes_are_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_make_names_them_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIVEN_SETTINGS", "FILE TITEL")
    monkeypatch.setenv("SETTING_TITEL", "x")
    assert main(["make", "report"]) == 2
    assert capsys.readouterr().err == "Unknown setting TITEL=. Did you mean TITLE=?\n"


def test_make_takes_a_configuration_from_its_command_line_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONFIG", "elsewhere.yaml")
    asked: list[object] = []
    monkeypatch.setattr("console.run.main", lambda config, _: asked.append(config) or 0)
    assert main(["make", "run"]) == 0
    monkeypatch.setenv("GIVEN_SETTINGS", "CONFIG")
    monkeypatch.setenv("SETTING_CONFIG", "mine.yaml")
    assert main(["make", "run"]) == 0
    assert asked == [None, "mine.yaml"]
    assert main(["make"]) == 2
    assert "invalid choice" in capsys.readouterr().err
