"""Reports in the forms that others read: JUnit by an XML parser, annotations by GitHub's rules."""

import re
import xml.etree.ElementTree as ET
from math import inf

import pytest

from actviz.checks.report import Drift, Report, to_github, to_junit

ODD = "a<b>&\"c'\u0007\u001b[31m\n%25::error,x=1:y\ufffe é 中"


def drift(layer, signal="activation", name=""):
    return Drift(
        layer=layer,
        name=name,
        signal=signal,
        statistic="rms",
        expected=1.0,
        low=0.5,
        high=inf,
        obtained=None,
        distance=inf,
    )


def report(*drifts, name="b.json"):
    return Report(name=name, kind="statistical", drifts=drifts, compared=9)


# --- which one is first ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drifts", "first", "words"),
    [
        ([drift(3), drift(2), drift(1, "gradient")], 2, "layer 2 is the first"),
        ([drift(1, "gradient"), drift(4, "gradient")], 4, "the gradient of layer 4 is the first"),
        ([drift(2, "weight_gradient"), drift(5, "preactivation")], 5, "layer 5 is the first"),
        ([drift(2, name="fc"), drift(2, "preactivation")], 2, "layer 2 is the first"),
        ([drift(2, name="fc")], 2, "layer 2 (fc) is the first"),
        ([], None, "ok, 9 statistics"),
    ],
)
def test_the_first_in_the_direction_of_the_signal_is_named(drifts, first, words):
    found = report(*drifts)
    assert found.first_layer == first
    assert words in found.summary
    for said in (found.to_text(), to_junit([found]), to_github([found], ["b.json"])):
        assert words in said or not drifts
    assert found.to_dict()["first_layer"] == first


def test_what_was_left_out_is_said_where_all_is_well():
    """Else who reads "ok" believes that all layers were compared."""
    found = Report(name="b.json", kind="exact", drifts=(), compared=1, left_out="not layer 9")
    assert found.to_text() == "b.json: ok, 1 statistic within tolerance (exact)\n  not layer 9"
    suite = ET.fromstring(to_junit([found]))
    assert "not layer 9" in suite.find("testcase/system-out").text
    assert suite.get("failures") == "0"
    assert to_github([found], ["b.json"]).startswith("::notice file=b.json,")
    assert "not layer 9" in to_github([found], ["b.json"])
    assert found.to_dict()["left_out"] == "not layer 9"


def test_a_name_cannot_write_a_line_of_its_own():
    found = report(drift(1, name="enc\nok.json: ok\x1b[2J"), name="a\nb")
    assert len(found.to_text().splitlines()) == len(report(drift(1)).to_text().splitlines())
    assert "\x1b" not in found.to_text()


# --- JUnit ----------------------------------------------------------------------------------


def test_any_name_comes_back_from_an_xml_parser():
    """All but what XML 1.0 cannot hold (its production 2), which is replaced and not dropped."""
    suite = ET.fromstring(to_junit([report(drift(1, name=ODD), name=ODD), report(name="fine")]))
    assert suite.attrib == {"name": "actviz check", "tests": "2", "failures": "1"}
    broken, fine = suite
    allowed = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]", "�", ODD)
    assert broken.get("name") == allowed
    (failure,) = broken
    assert "a<b>&\"c'" in failure.text
    assert failure.get("message").startswith("a<b>&\"c'")
    assert (fine.get("name"), list(fine)) == ("fine", [])


# --- GitHub ---------------------------------------------------------------------------------


def unescaped(text, property_too):
    """GitHub's toolkit, read backwards: %25 %0D %0A, and in properties %3A %2C as well."""
    names = {"0D": "\r", "0A": "\n", **({"3A": ":", "2C": ","} if property_too else {})}
    for code, char in names.items():
        text = text.replace(f"%{code}", char)
    return text.replace("%25", "%")


@pytest.mark.parametrize(
    "path", ["b.json", "a,b:c%d.json", "dir/with\nline.json", "back\rto.json", ODD]
)
def test_an_annotation_is_one_line_and_says_all(path):
    found = report(drift(1, name=ODD), name=path)
    text = to_github([found, report(name="fine")], [path, "fine.json"])
    (line,) = text.splitlines()[:1]
    assert text == f"{line}\n"
    command, _, message = line.removeprefix("::error ").partition("::")
    properties = dict(part.split("=", 1) for part in command.split(","))
    assert unescaped(properties["file"], property_too=True) == path
    assert properties["title"] == "actviz check"
    assert unescaped(message, property_too=False) == found.to_text()


def test_a_report_is_one_line():
    many = report(*(drift(layer) for layer in range(1, 40)), name=ODD)
    assert repr(many) == f"<Report {many.summary}>"
    assert repr(many).isprintable()
