"""The long fuzz: damages files for some minutes, in a process of its own that is watched, and keeps what fails.

`python -m tests.intake.fuzz.run --minutes 10 --out fuzz-failures`. Each failing input is saved once per property and place
of the error, with the error beside it. A reader that hangs, or takes the process down, fails too. Exit code 1 when anything failed.
"""

import argparse
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

LIMIT_S = 10
MEMORY = 6 * 2**30


class HangError(BaseException):
    """No reader may catch it."""


def _alarm(_signal, _frame):
    raise HangError


def _place(error):
    """Return the type of an error and the last place of ours in its traceback: what makes two failures the same."""
    if isinstance(error, HangError):
        return "hang"
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "/assets/" in f.filename or "/fuzz/" in f.filename
    ]
    where = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__}-{where}"


def _keep(folder, target, seed, data, place, text):
    stem = f"{target.__name__}-{place}-{seed.name}"[:150].replace("/", "_")
    (folder / stem).write_bytes(data)
    (folder / f"{stem}.txt").write_text(text, encoding="utf-8", errors="replace")


def work(folder, seconds, number):
    """Damage files until the time is over; write counts to the folder as we go."""
    from tests.intake.fuzz.mutations import mutated
    from tests.intake.fuzz.properties import TARGETS
    from tests.intake.fuzz.seeds import of_kind, seeds

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _alarm)
    rng, tried, failed = random.Random(number), Counter(), set()
    others = {kind: [seed.data for seed in of_kind(kind)] for kind in TARGETS}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seed = rng.choice(seeds())
        target = rng.choice(TARGETS[seed.kind])
        data = mutated(rng, seed.data, others[seed.kind])
        (folder / "current").write_bytes(data)
        (folder / "current.txt").write_text(f"{target.__name__} {seed.name}", encoding="utf-8")
        signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
        try:
            target(seed, data)
        except (Exception, HangError) as error:  # noqa: BLE001 - whatever it is, it is what we look for
            signal.setitimer(signal.ITIMER_REAL, 0)
            place = _place(error)
            if (target.__name__, place) not in failed:
                failed.add((target.__name__, place))
                _keep(folder, target, seed, data, place, "".join(traceback.format_exception(error)))
            tried[f"FAILED {target.__name__} {place}"] += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        tried[target.__name__] += 1
        if sum(tried.values()) % 50 == 0:
            _note(folder, number, tried)
    _note(folder, number, tried)


def _note(folder, number, tried):
    lines = "".join(f"{count}\t{name}\n" for name, count in sorted(tried.items()))
    (folder / f"counts-{number}.tsv").write_text(lines, encoding="utf-8")


def _watched(folder, seconds, number):
    """Run one worker; return what happened when it did not come to its end by itself."""
    command = [
        sys.executable,
        "-m",
        "tests.intake.fuzz.run",
        "--worker",
        str(number),
        "--minutes",
        str(seconds / 60),
    ]
    worker = subprocess.Popen([*command, "--out", str(folder)])
    end = time.monotonic() + seconds + 30
    while worker.poll() is None:
        time.sleep(1)
        current = folder / "current"
        stuck = current.exists() and time.time() - current.stat().st_mtime > 6 * LIMIT_S
        if stuck or time.monotonic() > end:
            worker.kill()
            worker.wait()
            return "hangs in foreign code"
    return None if worker.returncode == 0 else f"ended the process with {worker.returncode}"


def watch(folder, seconds, first):
    """Run workers until the time is over, print what was tried, and return whether nothing failed."""
    folder.mkdir(parents=True, exist_ok=True)
    end, number, deaths = time.monotonic() + seconds, first, []
    while (left := end - time.monotonic()) > 1:
        death = _watched(folder, left, number)
        if death:
            what = (
                (folder / "current.txt").read_text(encoding="utf-8")
                if (folder / "current.txt").exists()
                else "?"
            )
            deaths.append(f"{what}: {death}")
            if (folder / "current").exists():
                (folder / "current").rename(folder / f"death-{number}")
            if len(deaths) > 20:
                break
        number += 1
    counts = Counter()
    for path in sorted(folder.glob("counts-*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            count, _, name = line.partition("\t")
            counts[name] += int(count)
        path.unlink()
    for name in ("current", "current.txt"):
        (folder / name).unlink(missing_ok=True)
    tried = sum(count for name, count in counts.items() if not name.startswith("FAILED"))
    sys.stdout.write(f"{tried} damaged files in {seconds / 60:.1f} minutes\n")
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{count:>9}  {name}\n")
    for death in deaths:
        sys.stdout.write(f"  DEATH    {death}\n")
    failures = [name for name in counts if name.startswith("FAILED")] + deaths
    sys.stdout.write(f"failing inputs: {folder}\n" if failures else "nothing failed\n")
    return not failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--out", type=Path, default=Path("fuzz-failures"))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--worker", type=int)
    given = parser.parse_args()
    if given.worker is not None:
        work(given.out, given.minutes * 60, given.worker)
        return 0
    return 0 if watch(given.out, given.minutes * 60, given.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
