#!/usr/bin/env python3
"""A second opinion on a competition: who won each round, and who wears the crown with which weight.

    python3 tools/recheck.py CLONE [--rev REV] [--json]

CLONE is a git repository (work tree or bare; what is committed counts) or a folder with the files of a competition.
REV is a branch, tag or commit; HEAD when absent. Needs Python 3.9 and nothing else; git for repositories.

Recomputed from the written rules (docs/decisions/rules-v1.md, docs/judging.md), without a line of the engine's code:
  margins, matrix   score and margin of every match from its duels, rows against reports and reports against rows
                    (a match that was stopped: of the duels that were played, and below the win margin)
  audits            the outcome that follows from regenerated outputs, where there are any
  winner            winner stays in, by the rules of the throne and before a second judge where they ask one, in every way in
                    which open audits may end; with its code and image
  crown             every entry of leader.json, with its weight and block, from the winners one after another

Taken as recorded: seed, prompts and entries of a round, the verdict of each duel, distances and times of regenerated
outputs, that an image could not be built or run, what people found in source code, when the next window closes, and
who won an attempt at a round that a later one replaced. `roundkeeper verify` goes into those.

Exit code: 0 the record says the same, 1 it differs, 2 it could not be checked (no competition there, no git).
"""
import argparse
import itertools
import json
import math
import pathlib
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

LEADER = "leader"
MAX_OPEN = 14  # audits still open whose every outcome is tried
MALFORMED = (ValueError, KeyError, TypeError, AttributeError)  # what comes of files that are not what they should be


class Folder:
    """Files as they lie in a folder."""

    def __init__(self, root):
        self.root, self.label = root, "files as they are"
        self.found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}

    def paths(self):
        return sorted(self.found)

    def text(self, path, _commit=None):
        return self.found[path].read_text("utf-8") if path in self.found else None

    def commits_of(self, _path):
        return []


class Clone:
    """Files as they were committed."""

    def __init__(self, root, rev):
        self.root = str(root)
        self.head = self.git("rev-parse", "--verify", "--end-of-options", rev + "^{commit}").strip()
        self.label = "commit " + self.head[:10]
        command = ["git", "-C", self.root, "cat-file", "--batch"]
        self.batch = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def git(self, *command):
        done = subprocess.run(["git", "-C", self.root, *command], capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            raise RuntimeError("git %s: %s" % (command[0], done.stderr.strip()))
        return done.stdout

    def paths(self):
        return self.git("ls-tree", "-r", "-z", "--name-only", self.head).split("\0")[:-1]

    def text(self, path, commit=None):
        if "\n" in path:
            return None
        self.batch.stdin.write(("%s:%s\n" % (commit or self.head, path)).encode())
        self.batch.stdin.flush()
        header = self.batch.stdout.readline().split()
        if len(header) != 3 or not header[2].isdigit():
            return None
        content = self.batch.stdout.read(int(header[2]) + 1)[:-1]
        return content.decode("utf-8") if header[1] == b"blob" else None

    def commits_of(self, path):
        """The commits that changed a path, newest first."""
        return self.git("log", "--format=%H", self.head, "--", path).split()


def open_source(root, rev):
    if not root.is_dir():
        raise RuntimeError("%s: no such folder" % root)
    return Clone(root, rev) if (root / ".git").exists() or (root / "objects").is_dir() else Folder(root)


def read_json(source, path, kind, commit=None):
    """A JSON file that holds a `kind` (dict or list); an empty one where it is missing."""
    text = (source.text(path, commit) or "").strip()
    try:
        value = json.loads(text) if text else kind()
    except ValueError as error:
        raise ValueError("%s: %s" % (path, error)) from None
    if isinstance(value, kind):
        return value
    raise ValueError("%s: a %s instead of a %s" % (path, type(value).__name__, kind.__name__))


def differing(what, said, again, fields):
    text = what + ": %s %s instead of %s"
    return [text % (each, said.get(each), again.get(each)) for each in fields if said.get(each) != again.get(each)]


def read_matrix(source, path):
    """{(left, right): margin}, where of rows about the same match the last counts; and the lines that do not count."""
    rows, idle = {}, []
    for line in (source.text(path) or "").strip().splitlines()[1:]:
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) < 3 or (cells[0], cells[1]) in rows:
            idle.append(line)
        if len(cells) >= 3:
            rows[cells[0], cells[1]] = float(cells[2])
    return rows, idle


def stem_of(url):
    name = url.split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2]
    return name.rpartition(".")[0] or name


def score_of(winners):
    """What the challenger won more than it lost, and that as a margin of all duels; everything else is a draw."""
    score = winners.count("right") - winners.count("left")
    return score, score / len(winners) if winners else 0.0


def delivered(outputs, but=()):
    """Stems with a model and a picture of it."""
    return {stem for stem, output in outputs.items() if output.get("glb") and output.get("png")} - set(but)


def not_reproduced(stems, generated, settings):
    """Those that the hotkey's own image did not make again, alike and in time."""
    seconds, distance = settings.get("max_generation_seconds", 180), settings.get("acceptable_distance", 0.1)
    again = lambda made: made.get("generation_time", 0) <= seconds and made.get("distance", 0) <= distance
    return stems - {stem for stem in delivered(generated) if again(generated[stem])}


def audit_outcome(stems, generated, critical, settings, v1):
    """Rejected: too many of the stems were not reproduced, or they took too long."""
    tolerated = math.floor(settings.get("mismatch_tolerance", 0.05) * len(stems)) if v1 else 6
    missed = not_reproduced(stems, generated, settings)
    times = sorted(generated[stem].get("generation_time", 0) for stem in delivered(generated) & stems)
    if len(times) > 2 * tolerated:
        times = times[tolerated : len(times) - tolerated]
    median = (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2 if times else 0
    slow = median > settings.get("median_generation_seconds", 90)
    return "rejected" if slow or len(missed - critical) > tolerated or len(missed & critical) > 1 else "passed"


def standing_of(audits, reviews, needs_review):
    """Who passed all audits, and who failed one."""
    failed = {hotkey for hotkey, audit in audits.items() if audit.get("outcome") == "rejected"}
    failed |= {review["hotkey"] for review in reviews if review["verdict"] == "failed"}
    reviewed = {review["hotkey"] for review in reviews if review["verdict"] == "passed"}
    passed = {hotkey for hotkey, audit in audits.items() if audit.get("outcome") == "passed"}
    return (passed & reviewed if needs_review else passed) - failed, failed


def log_factorial(n, known=[0.0]):
    for each in range(len(known), n + 1):
        known.append(known[-1] + math.log(each))
    return known[n]


def binomial_tail(n, k, p):
    """The probability of k successes or more in n trials."""
    chance_of = lambda each, part: each * math.log(part) if each else 0.0
    tail = 1.0 if k <= 0 or p >= 1 else 0.0
    for each in range(k, n + 1) if 0 < p < 1 and k > 0 else ():
        ways = log_factorial(n) - log_factorial(each) - log_factorial(n - each)
        tail += math.exp(ways + chance_of(each, p) + chance_of(n - each, 1 - p))
    return min(1.0, tail)


def lower_share(k, n, error):
    """Clopper-Pearson: the share of which k or more of n are seen with just this probability."""
    low, high = 0.0, 1.0 if k else 0.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if binomial_tail(n, k, middle) <= error else (low, middle)
    return low


def beyond_chance(right, left, duels, error, floor):
    """Whether the lower confidence bound of a margin reaches the floor: the sign test where that is 0."""
    spent = error * 0.1 if floor > 0 else 0.0
    share = lower_share(right + left, duels, spent) if floor > 0 else 1.0
    if right + left == 0 or floor > share:
        return False
    return binomial_tail(right + left, right, (1 + floor / share) / 2) <= (error - spent) * (1 + 1e-9)


def passes(winners, margin, win_margin, test):
    """Whether somebody takes over: by the margin, and where there is a test (error, floor) beyond chance."""
    if margin < win_margin or test is None:
        return margin >= win_margin
    return beyond_chance(winners.count("right"), winners.count("left"), len(winners) - winners.count("skipped"), *test)


def throne_tests(config, entries):
    """What a margin has to stand up to, and what a would-be king has to before the second judge: (error, floor) each."""
    judging = config.get("judging") or {}
    rule, error, floor = judging.get("throne", "fixed"), judging.get("throne_error", 0.05), judging.get("throne_floor", 0)
    if rule == "fixed":
        return None, None
    if rule == "significant":
        return (error, floor), None
    return (error / max(1, entries), floor), (error, floor)


def succession(order, out, wins, confirmed):
    """Who takes over from whom, and who qualified, when those in `out` never took part; None: a match is missing.
    `wins`: who takes over, by match; `confirmed`: whom the second judge was asked about, None where nobody is asked."""
    candidates = [hotkey for hotkey in order if hotkey not in out]
    if any((LEADER, hotkey) not in wins for hotkey in candidates):
        return None, []
    failed = {hotkey for hotkey, passed in (confirmed or {}).items() if not passed}
    qualified = [hotkey for hotkey in candidates if wins[LEADER, hotkey] and hotkey not in failed]
    reign = qualified[:1]
    for hotkey in qualified[1:]:
        if (reign[-1], hotkey) not in wins:
            return None, qualified
        if wins[reign[-1], hotkey]:
            reign.append(hotkey)
    unheard = confirmed is not None and reign and reign[-1] not in confirmed
    return None if unheard else reign, qualified


def foregone(qualified, wins, approved, provisional):
    """Whoever wins whatever open audits, and matches that were not judged, may bring (None: it matters what they bring);
    and who takes over from whom, after whoever reigns in any case; None: a match is missing."""
    reigns, certain, queue = {LEADER}, LEADER, list(qualified)
    for turn, right in enumerate(qualified, 1):
        may = {left: left == LEADER or wins.get((left, right)) for left in reigns}
        # An audit that is to come may take wins away: from a challenger, or from the defender that it lost to.
        takes_over = any(won is not False or left in provisional for left, won in may.items())
        reigns = {left for left in reigns if right not in approved or may[left] is not True}
        reigns |= {right} if takes_over else set()
        if len(reigns) == 1:
            certain, queue = next(iter(reigns)), qualified[turn:]
    chain = [] if certain == LEADER else [certain]
    for right in queue:
        won = wins.get((chain[-1], right)) if chain else True
        if won is None:
            return None, None
        chain.extend([right] if won else [])
    return (certain if len(reigns) == 1 else None), chain


def decide(order, wins, confirmed, approved, rejected, provisional, sparing):
    """The winner, where it is the same in whichever way the open audits end."""
    reign, qualified = succession(order, rejected, wins, confirmed)
    if sparing and confirmed is None:
        known = all((LEADER, hotkey) in wins for hotkey in order if hotkey not in rejected)
        return (*(foregone(qualified, wins, approved, provisional) if known else (None, None)), qualified)
    undecided = [hotkey for hotkey in qualified if hotkey not in approved]
    winners = set() if len(undecided) <= MAX_OPEN else {None}
    for failing in itertools.product((False, True), repeat=0 if winners else len(undecided)):
        out = rejected | set(itertools.compress(undecided, failing))
        chain, _ = succession(order, out, wins, confirmed)
        # An audit that is to come may still take wins away from whoever it is about.
        known = chain is not None and not provisional.intersection(chain)
        winners.add((chain[-1] if chain else LEADER) if known else None)
    return (winners.pop() if len(winners) == 1 else None), reign, qualified


def recheck_audits(source, at, config, voided, differences):
    """The audits of a round again. Returns them, and by hotkey the prompts on which its wins do not count (v1)."""
    v1, settings, unearned = config.get("rules") == "v1", config.get("settings") or {}, {}
    audits = read_json(source, at + "generation_audits.json", dict)
    requests = {each["hotkey"]: each for each in read_json(source, at + "require_audit.json", list)}
    for hotkey, audit in audits.items():
        stems = delivered(read_json(source, at + hotkey + "/submitted.json", dict), voided)
        generated = read_json(source, at + hotkey + "/generated.json", dict)
        if v1 and audit.get("outcome") == "passed":
            unearned[hotkey] = not_reproduced(stems, generated, settings)
        if hotkey not in requests:
            differences.append("audit of %s: nobody asked for it" % hotkey[:10])
        elif audit.get("outcome") == "passed" or (audit.get("outcome") == "rejected" and generated):
            critical = set(requests[hotkey].get("critical_prompts", []))
            again = {"outcome": audit_outcome(stems, generated, critical, settings, v1)}
            differences.extend(differing("audit of " + hotkey[:10], audit, again, again))
    return audits, unearned


def recheck_match(source, path, match, stems, voided, unearned):
    """One row of the matrix again: completes `match`. Yields what differs."""
    left, right, recorded = match["left"], match["right"], match["recorded"]
    report = read_json(source, path, dict)
    if (report.get("left"), report.get("right")) != (left, right):
        yield "no match report"
        return
    duels = [(duel["name"], duel.get("winner", "skipped")) for duel in report["duels"]]
    unanswered = {duel["name"] for duel in report["duels"] if duel.get("winner", "skipped") == "skipped" and "void" in duel}
    counted = [(stem, winner) for stem, winner in duels if stem not in unanswered]
    score, match["margin"] = score_of([winner for _, winner in counted])
    lost = {"left": unearned.get(left, ()), "right": unearned.get(right, ())}
    match["winners"] = ["draw" if stem in lost.get(winner, ()) else winner for stem, winner in counted]
    match["confirmed"] = score_of(match["winners"])[1]
    if 10 * len(unanswered) > len(duels):
        yield "too many of its duels are void for the others to decide it"
    said = {"margin in the matrix": recorded, "margin": report.get("margin"), "score": report.get("score")}
    again = {"margin in the matrix": match["margin"], "margin": match["margin"], "score": score}
    yield from differing("report", said, again, again)
    played, match["stopped"] = sorted(stem for stem, _ in duels), "stopped" in report
    if played != [stem for stem in stems if not match["stopped"] or stem in played]:
        yield "its duels are not about the prompts of the round"
    if match["stopped"] and len(played) + report["stopped"]["unasked"] != len(stems):
        yield "it was stopped, and does not say how many duels were left"
    yield from ("prompt %s is void, and counts" % stem for stem, won in duels if stem in voided and won in lost)


def recheck_confirmations(source, config, order, test, about, differences):
    """What the second judge made of those whom it was asked about: {hotkey: whether it would crown them too}."""
    confirmed, (at, stems, voided, unearned) = {}, about
    for hotkey in order:
        path = at + hotkey + "/confirmation.json"
        if source.text(path) is None:
            continue
        report = read_json(source, path, dict)
        match = {"left": LEADER, "right": hotkey, "recorded": report.get("margin")}
        problems = list(recheck_match(source, path, match, stems, voided, unearned))
        if report.get("judge") != config["judging"].get("throne_judge"):
            problems.append("it is by %s" % report.get("judge"))
        elif "winners" in match:
            confirmed[hotkey] = passes(match["winners"], match["confirmed"], config["win_margin"], test)
        differences.extend("confirmation of %s: %s" % (hotkey[:10], problem) for problem in problems)
    return confirmed


def recheck_round(source, config, number, closed, voided, result):
    """Who won a round, from its duels on. `differences` contradict the record; of the `untold` it says too little."""
    at, v1, differences = "rounds/%d/" % number, config.get("rules") == "v1", result["differences"]
    entries = read_json(source, at + "submissions.json", dict)
    order = sorted(entries, key=lambda hotkey: (entries[hotkey]["revealed_at_block"], hotkey if v1 else ""))
    audits, unearned = recheck_audits(source, at, config, voided, differences)
    matrix, idle = read_matrix(source, at + "matches_matrix.csv")
    differences.extend("a line in the matrix does not count: " + line for line in idle)
    stems = sorted(stem_of(line) for line in (source.text(at + "prompts.txt") or "").split("\n") if line.strip())
    test, second_test = throne_tests(config, len(order))
    wins, reports = {}, set()
    for (left, right), recorded in matrix.items():
        path = "%s%s/duels_%s.json" % (at, right, left[:10])
        match = {"left": left, "right": right, "recorded": recorded, "margin": recorded, "confirmed": recorded}
        for problem in recheck_match(source, path, match, stems, voided, unearned):
            # Long ago a side without any outputs lost without a match.
            told = "untold" if problem == "no match report" and not v1 else "differences"
            result[told].append("%s vs %s: %s" % (left[:10], right[:10], problem))
        if match.get("stopped") and max(match["margin"], match["confirmed"]) >= config["win_margin"]:
            differences.append("%s vs %s: it was stopped, although the challenger passes" % (left[:10], right[:10]))
        reports.add(path)
        wins[left, right] = passes(match.pop("winners", []), match["confirmed"], config["win_margin"], test)
        result["matches"].append(match)
    is_report = lambda path: path.startswith(at) and path.count("/") == 3 and "/duels_" in path
    strays = [path for path in source.paths() if closed and is_report(path) and path not in reports]
    differences.extend("not in the matrix: " + path for path in strays)

    reviews = read_json(source, at + "source_audit.json", list)
    approved, rejected = standing_of(audits, reviews, config.get("source_audit", "required") == "required")
    pending = {hotkey for hotkey in order if v1 and audits.get(hotkey, {}).get("outcome", "pending") == "pending"}
    confirmed = None
    if second_test is not None:
        confirmed = recheck_confirmations(source, config, order, second_test, (at, stems, voided, unearned), differences)
    sparing = (config.get("judging") or {}).get("stopping", "none") != "none"
    winner, reign, qualified = decide(order, wins, confirmed, approved, rejected, pending, sparing)
    result.update(order=order, qualified=qualified, chain=reign, winner=winner)


def recheck_winner(source, result, leaders):
    """The record of the winner against who won, and with which code. Returns it as it should be, or as it is."""
    at = "rounds/%d/" % result["round"]
    recorded = read_json(source, at + "winner.json", dict)
    result["recorded_winner"] = recorded.get("winner_hotkey")
    if "void" in recorded:
        act = read_json(source, str(recorded["void"]), dict)
        if (act.get("kind"), act.get("round"), act.get("prompt")) != ("void", result["round"], None):
            result["differences"].append("winner.json: void, but no act says so")
        result["winner"] = LEADER
    hotkey = result["winner"]
    if hotkey is None:
        result["differences" if result["rules"] == "v1" else "untold"].append("the winner cannot be told")
        return recorded
    code = leaders[-1] if leaders else {}
    image, digest = code.get("docker", ""), code.get("image_digest")
    if hotkey != LEADER:
        code = read_json(source, at + "submissions.json", dict)[hotkey]
        build = read_json(source, at + "builds.json", dict).get(hotkey, {})
        image, digest = build.get("docker_image"), build.get("image_digest")
    expected = dict(winner_hotkey=hotkey, repo=code.get("repo", ""), commit=code.get("commit", ""), docker_image=image)
    expected["image_digest"] = digest
    result["differences"].extend(differing("winner.json", recorded, expected, expected))
    return {**expected, "void": recorded["void"]} if "void" in recorded else expected


def successors(current, winner, config, v1):
    """Who reigns after a round; twice where an old history may have rounded the weight or not. Empty: as before."""
    low = min(1.0, max(0.0, config["weight_floor"]))
    less = current["weight"] - config["weight_decay"] if current else 0.0
    rounded = float(Decimal(less).quantize(Decimal("1e-10"), ROUND_HALF_UP))
    decayed = [max(low, min(1.0, each)) for each in ([rounded] if v1 else [rounded, less])]
    same_code = current and (winner.get("repo"), winner.get("commit")) == (current.get("repo"), current.get("commit"))
    if "void" in winner:
        return []
    if winner["winner_hotkey"] != LEADER and not same_code:
        names = dict(hotkey="winner_hotkey", repo="repo", commit="commit", docker="docker_image", image_digest="image_digest")
        entry = {ours: winner.get(theirs) for ours, theirs in names.items()}
        # Whoever wins against itself takes the new code, not a new weight.
        against_itself = v1 and current and current["hotkey"] == winner["winner_hotkey"]
        return [{**entry, "weight": weight} for weight in (decayed if against_itself else [1.0])]
    return [{**current, "weight": weight} for weight in decayed] if current and current["weight"] > low else []


def append_entry(leaders, there, winner, config, block, number, attempt):
    """The crown after one attempt at a round. `there`: the entry on record at this place."""
    v1 = config.get("rules") == "v1"
    replaced = [entry for entry in leaders if v1 and entry.get("round") == number]
    before = next((entry for entry in reversed(leaders) if entry not in replaced), None)
    choices = successors(before, winner, config, v1)
    if replaced and not choices:
        choices = [before or {**replaced[-1], "weight": 0.0}]
    if not choices or replaced and not differing("", choices[0], replaced[-1], ("hotkey", "repo", "commit", "weight")):
        return
    entry = next((each for each in choices if each["weight"] == there.get("weight")), choices[0])
    entry = {field: entry.get(field) for field in ("hotkey", "repo", "commit", "docker", "image_digest", "weight")}
    entry["effective_block"] = max(block, leaders[-1]["effective_block"] + 1 if leaders else 0)
    ours = {"round": number, "attempt": attempt} if attempt > 1 else {"round": number}
    leaders.append({**entry, **(ours if v1 else {})})


def crown(source, leaders, recorded, winner, config, number, attempt):
    """The crown after a round: what replaced attempts at it decided, as far as they came to that, and what holds."""
    window = read_json(source, "rounds/%d/schedule.json" % (number + 1), dict)
    for each in range(1, attempt + 1):
        there = recorded[len(leaders)] if len(recorded) > len(leaders) else {}
        block = there.get("effective_block", 0)
        if each == attempt:
            append_entry(leaders, there, winner, config, window.get("latest_reveal_block", block), number, each)
        elif (there.get("round"), there.get("attempt", 1)) == (number, each):
            put_away = read_json(source, "rounds/%d/attempts/%d/winner.json" % (number, each), dict)
            append_entry(leaders, there, put_away, config, block, number, each)


def first_leaders(source, recorded, first):
    """Who led before the first round: as of its entries, or (without a history) what no round can have decided."""
    commits = source.commits_of("rounds/%d/submissions.json" % first)
    if commits and source.text("rounds/%d/winner.json" % first, commits[-1]) is None:
        return read_json(source, "leader.json", list, commits[-1])
    window = read_json(source, "rounds/%d/schedule.json" % first, dict).get("latest_reveal_block", 0)
    return [entry for entry in recorded if "round" not in entry and entry["effective_block"] <= window]


def recheck(source):
    paths = list(source.paths())
    config, state = read_json(source, "config.json", dict), read_json(source, "state.json", dict)
    if not config:
        raise RuntimeError("there is no config.json: not a competition")
    entered = [re.fullmatch(r"rounds/([0-9]+)/(submissions|winner)[.]json", path) for path in paths]
    numbers = sorted({int(found[1]) for found in entered if found})
    acts = [read_json(source, path, dict) for path in paths if path.startswith("interventions/")]
    recorded = read_json(source, "leader.json", list)
    leaders = first_leaders(source, recorded, numbers[0]) if numbers else list(recorded)
    current, finished, rounds = state.get("current_round", 0), state.get("stage") == "finished", []
    missing = (each for each in range(current + finished) if config.get("rules") == "v1" and each not in numbers)
    differences = ["round %d is missing" % number for number in itertools.islice(missing, 10)]
    for number in numbers:
        # A round goes by the configuration of the commit that recorded its winner.
        declared = source.commits_of("rounds/%d/winner.json" % number)[:1]
        by, closed = read_json(source, "config.json", dict, *declared), number < current or finished
        ours = [act for act in acts if act.get("round") == number]
        voided = {act["prompt"] for act in ours if act.get("kind") == "void" and "prompt" in act}
        attempt = min(max([act.get("attempt", 1) for act in ours], default=1), len(ours) + 1)
        result = {"round": number, "rules": by.get("rules", "legacy"), "winner": None, "recorded_winner": None}
        result.update(matches=[], differences=[], untold=[])
        rounds.append(result)
        try:
            recheck_round(source, by, number, closed, voided, result)
            if source.text("rounds/%d/winner.json" % number) is not None:
                winner = recheck_winner(source, result, leaders)
                if closed or len(recorded) > len(leaders):
                    crown(source, leaders, recorded, winner, by, number, attempt)
            elif closed:
                result["differences"].append("winner.json is missing")
        except MALFORMED as error:
            result["differences"].append("cannot be read: %s %s" % (type(error).__name__, error))
    fields = ("hotkey", "repo", "commit", "docker", "image_digest", "weight", "effective_block", "round", "attempt")
    for at, (said, again) in enumerate(itertools.zip_longest(recorded, leaders, fillvalue={})):
        differences.extend(differing("leader.json, entry %d" % (at + 1), said, again, fields))
    same = not any([differences, *(result["differences"] for result in rounds)])
    return {"source": source.label, "same": same, "rounds": rounds, "leaders": leaders, "differences": differences}


def table(report):
    yield "round  rules   winner      recorded    same"
    for each in report["rounds"]:
        same = "no" if each["differences"] else "?" if each["untold"] else "yes"
        yield "%(round)5d  %(rules)-6s  %(winner)-10.10s  %(recorded_winner)-10.10s  " % each + same
        yield from ("       " + line for line in each["differences"] + each["untold"])
    for entry in report["leaders"]:
        yield "crown  %(hotkey)-10.10s  weight %(weight)s from block %(effective_block)s" % entry
    yield from report["differences"]
    yield "%s: %s" % (report["source"], "the record says the same" if report["same"] else "the record DIFFERS")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", help="a git repository, or a folder with the files of a competition")
    parser.add_argument("--rev", default="HEAD", help="branch, tag or commit (default: HEAD)")
    parser.add_argument("--json", action="store_true", help="the whole answer as JSON")
    options = parser.parse_args()
    try:
        report = recheck(open_source(pathlib.Path(options.clone), options.rev))
    except (*MALFORMED, RuntimeError, OSError) as error:
        print("recheck: %s" % error, file=sys.stderr)
        return 2
    for line in [json.dumps(report, indent=2)] if options.json else table(report):
        print(line if options.json else "".join(each if each.isprintable() else "?" for each in line))
    return 0 if report["same"] else 1


if __name__ == "__main__":
    sys.exit(main())
