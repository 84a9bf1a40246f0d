"""Recomputes figures of a run from outside: from names, digests and owners that the program prints, and the formulas of RECORDS.md.

    python docs/recompute.py                                   # of a small run of its own, made for this
    python docs/recompute.py results/standard-20260101-120000  # of a run of yours

Needs Python 3.11 and nothing besides. One line a figure; the exit code is 1 if any differs by more than a billionth of itself.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from contextlib import contextmanager
from math import sqrt
from pathlib import Path

RANDOM_DIGESTS = "random-digests"
TOLERANCE = 1e-9

# What is run where no folder is given: six repetitions of everything, and nothing timed.
OWN = """
name = "recompute"
nodes = [10]
repetitions = 6
victims = 2
failure = { digests = 50_000, repetitions = 6, failed = [1, 2, 5] }
churn = { digests = 50_000, repetitions = 6, joining = [2], replaced = 1 }
replicas = { digests = 20_000, repetitions = 6, counts = [2] }
weights = { digests = 50_000, repetitions = 6 }
patterns = { keys = 20_000 }
work = { digests = 20_000, repetitions = 6 }
zipf = { keys = 20_000, requests = 50_000, repetitions = 6, exponents = [0.99] }
"""


class Program:
    """The program `annulus`."""

    def __init__(self, path):
        self.path = path

    def lines(self, *arguments, text=None):
        command = [self.path, *map(str, arguments)]
        try:
            done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
        except OSError as error:
            sys.exit(f"recompute.py: {self.path} does not start: {error}; give its path with --program")
        if done.returncode != 0:
            sys.exit(f"recompute.py: {' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.splitlines()


@contextmanager
def members_file(members):
    with tempfile.TemporaryDirectory() as room:
        path = Path(room, "members.txt")
        path.write_text("\n".join(members) + "\n", encoding="utf-8")
        yield path


class Figure:
    """One row of records.csv, and what its repetition is made of."""

    def __init__(self, program, scenario, row):
        self.program, self.scenario, self.row = program, scenario, row
        self.nodes, self.key_count = int(row["nodes"]), int(row["key_count"])
        self.draw = ["--seed", row["seed"], "--repetition", row["repetition"]]

    def names(self, *more):
        return self.program.lines("names", "--nodes", self.nodes, *self.draw, *more)

    def members(self):
        return self.names()

    def without(self, *gone):
        return self.names(*(word for name in gone for word in ("--without", name)))

    def joining(self, count):
        return self.names("--of", "joining", "--count", count)

    def victims(self, count):
        return self.names("--of", "victims", "--count", min(count, self.nodes))

    def digests(self):
        if self.row["keys"] == RANDOM_DIGESTS:
            return self.program.lines("digests", "--count", self.key_count, *self.draw)
        return self.program.lines("digests", "--keys", self.scenario["keys"], *self.draw)

    def owners(self, members, digests, replicas=1):
        """For each digest the name of its owner, or the list of its replicas."""
        with members_file(members) as path:
            asked = ["--algorithm", self.row["algorithm"], "--members", path, "--digests", "--replicas", replicas]
            answers = self.program.lines("locate", *asked, text="\n".join(digests) + "\n")
        sets = [line.split("\t")[1:] for line in answers]
        return [owner for owner, in sets] if replicas == 1 else sets

    def shares(self):
        """The exact share of each member, in the order of the members."""
        with members_file(self.members()) as path:
            lines = self.program.lines("locate", "--algorithm", self.row["algorithm"], "--members", path, "--shares")
        return [float(line.split("\t")[1]) for line in lines]

    def counts(self):
        """How many keys each member has, in the order of the members."""
        return counted(self.members(), self.owners(self.members(), self.digests()))


def counted(members, owners):
    counts = Counter(owners)
    return [counts[member] for member in members]


# Balance: counts c, and their mean K/N.


def variance(counts):
    mean = sum(counts) / len(counts)
    return sum((count - mean) ** 2 for count in counts) / len(counts)


def cv(figure):
    counts = figure.counts()
    return sqrt(variance(counts)) * len(counts) / sum(counts)


def max_over_mean(figure):
    counts = figure.counts()
    return max(counts) * len(counts) / sum(counts)


def chi_square(figure):
    counts = figure.counts()
    mean = sum(counts) / len(counts)
    return sum((count - mean) ** 2 / mean for count in counts)


def signed_excess_variance(figure):
    return cv(figure) ** 2 - (figure.nodes - 1) / figure.key_count


def total_variation(figure):
    counts = figure.counts()
    return sum(abs(count / sum(counts) - 1 / len(counts)) for count in counts) / 2


# Exact shares, without keys.


def share_cv(figure):
    shares = figure.shares()
    return sqrt(sum((share * figure.nodes - 1) ** 2 for share in shares) / figure.nodes)


def chi_square_given_shares(figure):
    counts, shares = figure.counts(), figure.shares()
    return pooled_chi_square(counts, [share * sum(counts) for share in shares])


def pooled_chi_square(counts, expected):
    """X², cells joined with their successors until each expects five; what is left at the end goes to the last one."""
    cells, count, expects = [], 0, 0.0
    for more, expects_more in zip(counts, expected, strict=True):
        count, expects = count + more, expects + expects_more
        if expects >= 5:
            cells.append((count, expects))
            count, expects = 0, 0.0
    last = cells.pop() if cells else (0, 0.0)
    cells.append((last[0] + count, last[1] + expects))
    return sum((count - expects) ** 2 / expects for count, expects in cells)


# Movement: the owners of all keys before and after each change. A key is the change's own if is_own(before, after).


def movement(changes):
    moved = own = collateral = keys = 0
    for before, after, is_own in changes:
        for old, new in zip(before, after, strict=True):
            keys += 1
            moved += old != new
            own += is_own(old, new)
            collateral += old != new and not is_own(old, new)
    return {"moved": moved / keys, "own": own / keys, "moved_over_own": moved / own, "collateral": collateral / keys}


def add_one(figure):
    members, digests, (newcomer,) = figure.members(), figure.digests(), figure.joining(1)
    change = figure.owners(members, digests), figure.owners(members + [newcomer], digests), lambda _, new: new == newcomer
    return movement([change])[figure.row["metric"]]


def remove_any(figure):
    is_random = figure.row["keys"] == RANDOM_DIGESTS
    victims = figure.victims((figure.scenario["synthetic"] if is_random else figure.scenario)["victims"])
    digests = figure.digests()
    before = figure.owners(figure.members(), digests)
    changes = [
        (before, figure.owners(figure.without(victim), digests), lambda old, _, victim=victim: old == victim)
        for victim in victims
    ]
    return movement(changes)[figure.row["metric"]]


def add_several(figure):
    newcomers = figure.joining(int(figure.row["case"].removeprefix("add_")))
    members, digests = figure.members(), figure.digests()
    change = figure.owners(members, digests), figure.owners(members + newcomers, digests), lambda _, new: new in newcomers
    return movement([change])[figure.row["metric"]]


# Failure: the first few of the victims are gone at once.


def failure(figure):
    """The dead, and the owners before and after."""
    failed = int(figure.row["case"].removeprefix("fail_"))
    dead = figure.victims(max(figure.scenario["failure"]["failed"]))[:failed]
    digests = figure.digests()
    return dead, figure.owners(figure.members(), digests), figure.owners(figure.without(*dead), digests)


def worst_load(figure):
    _, _, after = failure(figure)
    return max(Counter(after).values()) * figure.nodes / len(after)


def receivers(figure):
    dead, before, after = failure(figure)
    return len({new for old, new in zip(before, after, strict=True) if old in dead})


def inherited_chi_square(figure):
    dead, before, after = failure(figure)
    survivors = [name for name in figure.members() if name not in dead]
    inherited = counted(survivors, [new for old, new in zip(before, after, strict=True) if old in dead])
    return pooled_chi_square(inherited, [sum(inherited) / len(survivors)] * len(survivors))


# Sets of R replicas: in how many sets each node is.


def inclusion(figure):
    replicas = int(figure.row["case"].removeprefix("r"))
    sets = figure.owners(figure.members(), figure.digests(), replicas)
    return replicas, counted(figure.members(), [node for one in sets for node in one])


def inclusion_chi_square(figure):
    replicas, counts = inclusion(figure)
    expected = figure.key_count * replicas / figure.nodes
    square = sum((count - expected) ** 2 / expected for count in counts)
    return square * (figure.nodes - 1) / (figure.nodes - replicas)


# Weights 1, 2, … 10, 1, 2, … in the order of the names.


def achieved_over_wanted(figure):
    names, of = figure.members(), int(figure.row["case"].removeprefix("weight_"))
    weights = [place % 10 + 1 for place in range(len(names))]
    members = [f"{name}\t{weight}" for name, weight in zip(names, weights, strict=True)]
    counts = counted(names, figure.owners(members, figure.digests()))
    achieved = sum(count for count, weight in zip(counts, weights, strict=True) if weight == of)
    wanted = weights.count(of) * of / sum(weights)
    return achieved / sum(counts) / wanted


# Popularity: a key counts as often as it is asked for.


def busiest_by_request(figure):
    exponent, requests = figure.row["case"].removeprefix("zipf_"), figure.scenario["zipf"]["requests"]
    asked = ["digests", "--count", figure.key_count, "--requests", requests, "--exponent", exponent, *figure.draw]
    digests, times = zip(*(line.split("\t") for line in figure.program.lines(*asked)), strict=True)
    load = Counter()
    for owner, asked_for in zip(figure.owners(figure.members(), digests), times, strict=True):
        load[owner] += int(asked_for)
    return max(load.values()) * figure.nodes / requests


# Steps: a key that has the node at place b, from 0, has its step before among the first b nodes alone.


def steps(figure):
    members, digests = figure.members(), figure.digests()
    place = {name: number for number, name in enumerate(members)}
    asked = [[] for _ in members] + [digests]
    for count in range(figure.nodes, 0, -1):
        owners = figure.owners(members[:count], asked[count]) if asked[count] else []
        for digest, owner in zip(asked[count], owners, strict=True):
            asked[place[owner]].append(digest)
    return sum(map(len, asked[1:])) / len(digests)


# Patterns: names of nodes that run on, as 10.0.0.1, 10.0.0.2, …


def patterned_names(figure):
    members = figure.program.lines("names", "--nodes", figure.nodes, "--seed", figure.row["seed"], "--pattern", figure.row["names"])
    counts = Counter(figure.owners(members, figure.digests()))
    return max(counts.values()) * figure.nodes / figure.key_count


# Measure, metric, case (its beginning, if it ends in _), algorithm, and how it is recomputed.
FIGURES = [
    ("balance", "cv", "", "ring", cv),
    ("balance", "max_over_mean", "", "jump", max_over_mean),
    ("balance", "chi_square", "", "rendezvous", chi_square),
    ("balance", "signed_excess_variance", "", "maglev", signed_excess_variance),
    ("balance", "total_variation", "", "modulo", total_variation),
    ("balance", "share_cv", "", "ring", share_cv),
    ("balance", "chi_square_given_shares", "", "maglev", chi_square_given_shares),
    ("remap", "moved", "add_one", "ring", add_one),
    ("remap", "own", "add_one", "rendezvous", add_one),
    ("remap", "moved_over_own", "remove_any", "jump", remove_any),
    ("remap", "collateral", "remove_any", "maglev", remove_any),
    ("remap", "moved", "remove_any", "modulo", remove_any),
    ("failure", "worst_load", "fail_2", "ring", worst_load),
    ("failure", "receivers", "fail_1", "maglev", receivers),
    ("failure", "inherited_chi_square", "fail_2", "rendezvous", inherited_chi_square),
    ("churn", "own", "add_2", "rendezvous", add_several),
    ("replicas", "inclusion_chi_square", "r2", "jump", inclusion_chi_square),
    ("weighted", "achieved_over_wanted", "weight_3", "maglev", achieved_over_wanted),
    ("popularity", "max_over_mean", "zipf_", "ring", busiest_by_request),
    ("work", "steps", "", "jump", steps),
    ("patterns", "max_over_mean", "names", "rendezvous", patterned_names),
]


def find(rows, measure, metric, case, algorithm, repetition):
    """The row of this figure: of keys rather than random digests, of ten nodes or more, of the repetition or the last before it."""
    wanted = {"measure": measure, "metric": metric, "algorithm": algorithm, "status": "ok"}
    fitting = [row for row in rows if all(row[column] == value for column, value in wanted.items())]
    is_case = lambda found: found == case or case.endswith("_") and found.startswith(case)
    fitting = [row for row in fitting if is_case(row["case"]) and int(row["repetition"]) <= repetition]
    order = lambda row: (row["keys"] == RANDOM_DIGESTS, int(row["nodes"]) < 10, int(row["nodes"]), -int(row["repetition"]))
    return min(fitting, key=order, default=None)


def compare(program, folder, repetition):
    """How many figures agree, and how many do not."""
    with open(folder / "scenario.toml", "rb") as file:
        scenario = tomllib.load(file)
    with open(folder / "records.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    agree = differ = 0
    for measure, metric, case, algorithm, recompute in FIGURES:
        what = " ".join(filter(None, [measure, metric, case, algorithm]))
        row = find(rows, measure, metric, case, algorithm, repetition)
        if row is None:
            print(f"{what}: not in this run")
            continue
        recorded, recomputed = float(row["value"]), recompute(Figure(program, scenario, row))
        same = abs(recorded - recomputed) <= TOLERANCE * max(abs(recorded), abs(recomputed))
        agree, differ = agree + same, differ + (not same)
        where = f"repetition {row['repetition']}, {row['nodes']} nodes, {row['keys']}"
        print(f"{what} ({where}): recorded {recorded!r}, recomputed {recomputed!r}: {'agree' if same else 'DIFFER'}")
    return agree, differ


def main():
    parser = argparse.ArgumentParser(description="Recomputes figures of a run from outside.")
    parser.add_argument("folder", nargs="?", type=Path, help="the folder of a run; a small one is made if none is given")
    parser.add_argument("--program", default="annulus", help="the program annulus [default: the one in PATH]")
    parser.add_argument("--repetition", type=int, default=5, help="which, or the last before it [default: 5]")
    arguments = parser.parse_args()
    program = Program(arguments.program)
    with tempfile.TemporaryDirectory() as room:
        folder = arguments.folder
        if folder is None:
            folder, scenario = Path(room, "run"), Path(room, "recompute.toml")
            scenario.write_text(OWN, encoding="utf-8")
            program.lines("run", scenario, "--out", folder)
        try:
            agree, differ = compare(program, folder, arguments.repetition)
        except (OSError, tomllib.TOMLDecodeError) as error:
            sys.exit(f"recompute.py: {error}; give the folder of a run")
    print(f"{agree} agree, {differ} differ")
    if differ or not agree:
        sys.exit(1)


if __name__ == "__main__":
    main()
