"""The files of figures: by whomever they are drawn, whoever fails, and when somebody stops them."""

import os
import signal
import subprocess
from dataclasses import replace
from types import MappingProxyType

import pytest

from actviz import FIGURES
from actviz.cli import figure_files
from actviz.literature import stacks as literature
from actviz.literature import trained as published
from actviz.records.spec import StackSpec

FAST = ("--dpi", "20")
SOME = ("saito-relu-he", "saito-tanh-xavier", "symmetry-ones", "symmetry-zeros")


@pytest.fixture
def some(monkeypatch):
    """Let there be four figures, or others."""

    def put(*rows):
        table = MappingProxyType({row.name: row for row in rows})
        monkeypatch.setattr(literature, "FIGURES", table)
        monkeypatch.setattr(published, "TRAINED_FIGURES", MappingProxyType({}))
        monkeypatch.setattr("actviz.literature.nets.NET_FIGURES", MappingProxyType({}))

    put(*(FIGURES[name] for name in SOME))
    return put


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_processes_draw_the_same_bytes(actviz, some, monkeypatch, tmp_path):
    asked = []
    real = figure_files.run

    def run(work, jobs, *, workers):
        asked.append((len(jobs), workers))
        return real(work, jobs, workers=workers)

    monkeypatch.setattr(figure_files, "run", run)
    found = []
    for cores in (1, 2):
        monkeypatch.setattr("actviz.simulation.memory.cpus", lambda cores=cores: cores)
        result = actviz("figure", "--all", "-o", f"of-{cores}", "--explain", *FAST)
        assert (result.code, result.err) == (0, "")
        found.append((result.out.replace(f"of-{cores}", "of"), contents(tmp_path / f"of-{cores}")))
    assert asked == [(4, 2)]
    assert found[0] == found[1]
    assert [line for line in found[1][0].splitlines() if line.endswith(".png")] == [
        f"of/{name}-{style}.png" for name in SOME for style in ("honest", "textbook")
    ]


def test_where_no_process_can_be_started_they_are_drawn_here(actviz, some, monkeypatch, tmp_path):
    from actviz.simulation import workers

    monkeypatch.setattr("actviz.simulation.memory.cpus", lambda: 2)
    monkeypatch.setattr(workers.sys, "executable", "/bin/false")
    assert actviz("figure", "--all", *FAST).code == 0
    assert len(os.listdir(tmp_path)) == 8


@pytest.fixture
def failing(monkeypatch):
    """Let figures of these names fail, with what they say."""

    def put(**errors):
        from actviz.plot import views

        real = views.plot_named

        def plot_named(figure, records, **look):
            if figure.name in errors:
                raise errors[figure.name]
            return real(figure, records, **look)

        monkeypatch.setattr(views, "plot_named", plot_named)

    monkeypatch.setattr("actviz.simulation.memory.cpus", lambda: 1)
    return put


def test_one_that_fails_is_named_and_the_others_are_drawn(actviz, some, failing, tmp_path):
    from actviz.errors import SpecError

    failing(**{SOME[0]: SpecError("no room"), SOME[2]: KeyError("what")})
    result = actviz("figure", "--all", *FAST)
    assert result.code == 1
    assert result.err.splitlines() == [
        f"actviz: {SOME[0]} is left: no room",
        f"actviz: {SOME[2]} is left: KeyError: 'what'",
    ]
    there = sorted(f"{name}-{style}.png" for name in SOME[1::2] for style in ("honest", "textbook"))
    assert sorted(os.listdir(tmp_path)) == sorted(result.out.splitlines()) == there


#: Of four stacks, of which the last three are those of the first figures too.
SHARING = ("saito-relu-std-0.01", "saito-relu-xavier", "saito-tanh-xavier", "saito-relu")


@pytest.fixture
def ran(monkeypatch):
    """Return the stacks that are run, as they are, in this process."""
    from actviz.simulation import stacks

    found, real = [], stacks._layers

    def layers(job, told):
        found.append(job.spec)
        return real(job, told)

    monkeypatch.setattr(stacks, "_layers", layers)
    monkeypatch.setattr("actviz.simulation.memory.cpus", lambda: 1)
    return found


@pytest.mark.heavy
def test_a_stack_that_several_figures_show_is_run_once(actviz, some, ran, tmp_path):
    figures = [FIGURES[name] for name in SHARING]
    some(*figures)
    result = actviz("figure", "--all", "-o", "all", *FAST)
    assert (result.code, result.err) == (0, "")
    assert len(ran) == len(set(ran)) == 4
    assert set(ran) == {spec for figure in figures for spec in figure.specs}
    # In the figures' order, those of one stack together.
    assert [line for line in result.out.splitlines() if "honest" in line] == [
        f"all/{name}-honest.png" for name in (*SHARING[:2], SHARING[3], SHARING[2])
    ]
    ran.clear()
    for name in SHARING:
        assert actviz("figure", name, "-o", "alone", *FAST).code == 0
    assert len(ran) == 6
    assert contents(tmp_path / "all") == contents(tmp_path / "alone")


def test_gradients_that_two_figures_show_are_kept_once(actviz, some, ran, monkeypatch):
    from actviz.cli import stacks

    asked, real = [], stacks.simulate_specs

    def simulated(specs, measurings, *given, **how):
        asked.extend(zip(specs, measurings, strict=True))
        return real(specs, measurings, *given, **how)

    monkeypatch.setattr(stacks, "simulate_specs", simulated)
    pair = [FIGURES[f"glorot-bengio-{number}"] for number in (7, 8)]
    few = [replace(one, specs=pair[0].specs[:1], numbers=()) for one in pair]
    some(*few)
    assert actviz("figure", "--all", *FAST).code == 0
    assert len(ran) == 1
    kept = {one for figure in few for one in (figure.measuring, figure.honest)}
    assert len(asked) == len(set(asked)) == len(kept)


def test_of_figures_with_one_stack_one_may_fail_alone(actviz, some, failing, tmp_path):
    from actviz.errors import SpecError

    some(*(FIGURES[name] for name in SHARING))
    failing(**{SHARING[3]: SpecError("no room for three")})
    result = actviz("figure", "--all", *FAST)
    assert result.code == 1
    assert result.err.splitlines() == [f"actviz: {SHARING[3]} is left: no room for three"]
    assert len(os.listdir(tmp_path)) == 6


def test_what_all_of_them_fail_of_is_said_once(actviz, some, failing, tmp_path):
    from actviz.errors import SpecError

    failing(**dict.fromkeys(SOME, SpecError("no room")))
    result = actviz("figure", "--all", *FAST)
    assert (result.code, result.out, result.complaint) == (2, "", "no room")
    failing(**dict.fromkeys(SOME, KeyError("what")))
    assert actviz("figure", SOME[0], *FAST).code == 70


@pytest.mark.heavy
def test_a_stack_that_stops_being_finite_says_so_by_the_code(actviz, some, monkeypatch):
    spec = StackSpec(activation="identity", init="std=1e200", width=5, samples=5)
    beyond = replace(FIGURES[SOME[0]], specs=(spec,), numbers=())
    some(beyond, *(FIGURES[name] for name in SOME[1:]))
    monkeypatch.setattr("actviz.simulation.memory.cpus", lambda: 2)
    assert actviz("figure", "--all", *FAST).code == 3


def test_what_trains_is_begun_first_and_memory_is_shared(monkeypatch, tmp_path):
    begun = []

    def run(work, jobs, *, workers):
        begun.extend((job.figures[0].name, job.memory_limit) for job in jobs)
        yield from ((place, figure_files.Drawn((), False)) for place in range(len(jobs)))

    monkeypatch.setattr(figure_files, "run", run)
    monkeypatch.setattr("actviz.simulation.memory.cpus", lambda: 2)
    figures = [*(FIGURES[name] for name in SOME), published.TRAINED_FIGURES["coursera-table"]]
    jobs = [
        figure_files.FigureJob(
            figures=(figure,),
            commands=("",),
            looks=(),
            measurings=((figure.measuring,),) if figure.specs else (),
            suffix="png",
            memory_limit="2GB",
        )
        for figure in figures
    ]
    figure_files.make_figures(jobs, tmp_path, explain=False)
    assert [name for name, _ in begun] == ["coursera-table", *SOME]
    assert {limit for _, limit in begun} == {begun[0][1]}
    assert 0.5e9 < begun[0][1] < 1e9


@pytest.mark.heavy
def test_ctrl_c_keeps_the_files_that_are_done(command, tmp_path):
    """The whole group hears it; nothing but whole files is left, and nobody."""
    there = subprocess.Popen(
        command("figure", "--all", "-o", "new", *FAST, code=TOLD),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    for line in there.stderr:
        if line == "a figure is done\n":
            os.killpg(there.pid, signal.SIGINT)
            break
    out, err = there.communicate(timeout=60)
    assert there.returncode == 130, err
    assert "figures are done\nactviz: interrupted" in err
    assert "Traceback" not in err
    assert out.splitlines()
    assert sorted(out.splitlines()) == sorted(
        f"new/{name}" for name in os.listdir(tmp_path / "new")
    )
    with pytest.raises(ProcessLookupError):
        os.killpg(there.pid, 0)


#: Run before the command: two processes, and a word when a figure is done.
TOLD = """
import sys
from actviz.cli import figure_files
from actviz.simulation import memory
memory.cpus = lambda: 2
whole = figure_files.run
def run(*given, **named):
    for outcome in whole(*given, **named):
        yield outcome
        print("a figure is done", file=sys.stderr, flush=True)
figure_files.run = run
"""
