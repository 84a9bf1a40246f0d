#!/usr/bin/env python3
"""Holds `annulus plan` to a count of what `annulus locate` answers before and after.

    python docs/check_plan.py --program target/release/annulus HISTORY.csv ...

For pairs of steps of each history, and for every algorithm, this script works out the members of both steps by itself, asks `annulus
locate` for the owners of all keys before and after, and counts: what moves from whom to whom, and what each node has. All of it must be
what `annulus plan` says, to the key. Besides, of every node, before + in - out = after. With --replay the list of a running router is
changed by hand: of algorithms whose answers depend on the order of the list, the last node takes the place of the one that leaves.

It needs Python 3.11 and no package. The exit code is 1 if anything differs.
"""

import argparse
import csv
import io
import subprocess
import sys
import tempfile
from collections import Counter
from fractions import Fraction
from functools import reduce
from math import gcd
from pathlib import Path

# Their answers depend on the order of the list.
ORDERED = ("jump", "modulo")


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def steps_of(path):
    """The steps of a history, each as its rows."""
    steps = []
    with open(path, newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            if not steps or steps[-1][0]["time"] != row["time"]:
                steps.append([])
            steps[-1].append(row)
    return steps


def apply(members, row):
    """Members by name, in the order of joining: capacity and zone."""
    name, event = row["node"], row["event"]
    if event == "leave":
        del members[name]
    elif event == "join":
        assert name not in members
        members[name] = (Fraction(row["capacity"]), row.get("zone") or "")
    else:
        members[name] = (Fraction(row["capacity"]), row.get("zone") or members[name][1])


def measure(capacities):
    """The greatest capacity that measures all of them."""
    common = reduce(lambda one, other: one * other // gcd(one, other), (value.denominator for value in capacities), 1)
    return Fraction(reduce(gcd, (int(value * common) for value in capacities), 0), common)


def replayed(before, rows, is_ordered):
    """The list of a running router after these rows."""
    state = dict(before)
    order = [name for name, (capacity, _) in before.items() if capacity > 0]
    for row in rows:
        name = row["node"]
        was = state.get(name, (0, ""))[0] > 0
        apply(state, row)
        now = state.get(name, (0, ""))[0] > 0
        if was and not now:
            at = order.index(name)
            if is_ordered:
                order[at] = order[-1]
                order.pop()
            else:
                order.pop(at)
        elif now and not was:
            order.append(name)
    return {name: state[name] for name in order}


class Case:
    """Two steps of a history."""

    def __init__(self, arguments, path, steps, first, last, is_replayed):
        self.arguments, self.path, self.first, self.last, self.is_replayed = arguments, path, first, last, is_replayed
        self.before, self.rows = {}, [row for step in steps[first:last] for row in step]
        for step in steps[:first]:
            for row in step:
                apply(self.before, row)
        self.after = dict(self.before)
        between = []
        for row in self.rows:
            apply(self.after, row)
            if row["event"] != "leave":
                between.append(Fraction(row["capacity"]))
        placed = [capacity for side in (self.before, self.after) for capacity, _ in side.values()] + between
        self.unit = measure([capacity for capacity in placed if capacity > 0] or [Fraction(1)])

    def __str__(self):
        how = ", replayed" if self.is_replayed else ""
        return f"{Path(self.path).name}, steps {self.first} to {self.last}{how}"

    def is_empty(self):
        return not all(any(capacity > 0 for capacity, _ in side.values()) for side in (self.before, self.after))

    def plan(self, *further):
        program = self.arguments.program
        base = ["plan", "--history", self.path, "--from", str(self.first), "--to", str(self.last), "--keys", self.arguments.keys]
        replay = ["--replay"] if self.is_replayed else []
        return run(program, *base, *replay, "--replicas", str(self.arguments.replicas), *further)

    def rows_of(self, table, algorithm=None):
        named = ["--algorithm", algorithm] if algorithm else []
        _, text, error = self.plan("--show", table, "--format", "csv", *named)
        rows = list(csv.DictReader(io.StringIO(text)))
        if not rows and table != "flows":
            sys.exit(f"{self}: {error.strip()}")
        return rows

    def owners(self, members, algorithm):
        """The holders of each key by `annulus locate`; nothing where it refuses."""
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            for name, (capacity, zone) in members.items():
                if capacity > 0:
                    weight = capacity / self.unit
                    assert weight.denominator == 1
                    file.write(f"{name}\t{weight.numerator}\t{zone}\n" if zone else f"{name}\t{weight.numerator}\n")
            file.flush()
            replicas = ["--replicas", str(self.arguments.replicas)]
            code, text, _ = run(
                self.arguments.program, "locate", "--algorithm", algorithm, "--members", file.name, "--keys", self.arguments.keys, *replicas
            )
        return [line.split("\t")[1:] for line in text.splitlines()] if code == 0 else None

    def check(self, row):
        """What differs for one algorithm; its verdict in a word."""
        algorithm = row["algorithm"]
        is_ordered = algorithm.split(":")[0] in ORDERED
        after = replayed(self.before, self.rows, is_ordered) if self.is_replayed else self.after
        sides = [self.owners(self.before, algorithm), self.owners(after, algorithm)]
        if row["status"] != "ok":
            return [] if None in sides or self.is_replayed else ["plan refuses and locate does not"], "refused"
        if None in sides:
            return ["locate refuses and plan does not"], "differs"
        wrong, moved, has = [], Counter(), [Counter(), Counter()]
        for before, now in zip(*sides):
            has[0].update(before)
            has[1].update(now)
            lost, gained = set(before) - set(now), set(now) - set(before)
            if len(before) == 1 and lost:
                moved[before[0], now[0]] += 1
            moved["all"] += len(gained)
            moved["keys"] += bool(gained)
            moved["more"] += len(gained) > 1
        for column, figure in (("moved", "all"), ("keys_moved", "keys"), ("keys_moved_more", "more")):
            if int(row[column]) != moved[figure]:
                wrong.append(f"{column} is {row[column]}, counted {moved[figure]}")
        if int(row["needed"]) + int(row["needless"]) != int(row["moved"]):
            wrong.append("needed and needless do not add up")
        least = sum(max(0, has[1][name] - has[0][name]) for name in has[1])
        if int(row["least_by_count"]) != least:
            wrong.append(f"least by count is {row['least_by_count']}, counted {least}")
        flows = self.rows_of("flows", algorithm)
        if self.arguments.replicas == 1:
            told = Counter({(flow["from"], flow["to"]): int(flow["moved"]) for flow in flows})
            counted = Counter({pair: count for pair, count in moved.items() if isinstance(pair, tuple)})
            if told != counted:
                wrong.append(f"{len((told - counted) + (counted - told))} flows differ")
        for node in self.rows_of("nodes", algorithm):
            name, numbers = node["node"], {key: int(node[key]) for key in ("before", "moved_in", "moved_out", "after")}
            if numbers["before"] + numbers["moved_in"] - numbers["moved_out"] != numbers["after"]:
                wrong.append(f"{name} does not add up")
            if (numbers["before"], numbers["after"]) != (has[0][name], has[1][name]):
                wrong.append(f"{name} has other keys")
        return wrong, "agrees" if not wrong else "differs"


def pairs(count, every):
    """Steps next to each other at the beginning, in the middle and at the end, and one over many steps; or all next to each other."""
    last = count - 1
    if every:
        return [(first, first + 1) for first in range(1, count)]
    found = {(1, 2), (max(1, last // 2), max(2, last // 2 + 1)), (last, count), (max(1, count // 3), count), (1, max(2, count // 2))}
    return sorted(pair for pair in found if 1 <= pair[0] < pair[1] <= count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("histories", nargs="+", metavar="HISTORY")
    parser.add_argument("--program", default="target/release/annulus")
    parser.add_argument("--keys", help="a file with one key a line [default: 20,000 made ones]")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--replay", action="store_true", help="each pair replayed as well")
    parser.add_argument("--every", action="store_true", help="all pairs of steps next to each other")
    arguments = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as made:
        if arguments.keys is None:
            made.writelines(f"user:{number}\n" for number in range(20_000))
            made.flush()
            arguments.keys = made.name
        verdicts = Counter()
        for path in arguments.histories:
            steps = steps_of(path)
            own = Counter()
            for first, last in pairs(len(steps), arguments.every):
                for is_replayed in (False, True) if arguments.replay else (False,):
                    case = Case(arguments, path, steps, first, last, is_replayed)
                    sizes = [sum(capacity > 0 for capacity, _ in side.values()) for side in (case.before, case.after)]
                    if min(sizes) < arguments.replicas:
                        own["too few nodes"] += 1
                        continue
                    for row in case.rows_of("moves"):
                        wrong, verdict = case.check(row)
                        own[verdict] += 1
                        for what in wrong:
                            print(f"{case}, {row['algorithm']}: {what}")
            print(f"{Path(path).name}: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(own.items())), flush=True)
            verdicts += own
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))
    sys.exit(1 if verdicts["differs"] or not verdicts["agrees"] else 0)


if __name__ == "__main__":
    main()
