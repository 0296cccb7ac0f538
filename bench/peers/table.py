"""One table of the lines that the engine and the peers printed: medians, and ratios to the engine."""

import datetime
import json
import os
import pathlib
import statistics
import sys


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in text if line.startswith("model name")), "unknown")
    flags = next((line.split() for line in text if line.startswith("flags")), [])
    wide = next((of for of in ("avx512f", "avx2") if of in flags), "no avx2")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model} ({wide}), {memory:.0f} GiB"


def main():
    firms, policies = (int(argument) for argument in sys.argv[1:3])
    runs = {}
    for line in map(json.loads, sys.stdin):
        runs.setdefault((line["engine"], line["version"], line["form"]), []).append(line)
    middle = lambda lines, what: statistics.median(line[what] for line in lines)
    own = next(lines for (engine, _, _), lines in runs.items() if engine == "liangjian")
    print(f"{firms:,} firms × {policies:,} policies · {machine()} · {datetime.date.today()}\n")
    print("| engine | form | runs | wall s | CPU s (least) | CPU ratio | wall ratio | peak MiB | totals |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---|")
    for (engine, version, form), lines in sorted(runs.items(), key=lambda of: middle(of[1], "cpu_s")):
        agree = all(line["agrees"] for line in lines)
        cpu, wall = middle(lines, "cpu_s"), middle(lines, "wall_s")
        least = min(line["cpu_s"] for line in lines)
        cells = [f"{engine} {version}", form, str(len(lines)), f"{wall:.3f}", f"{cpu:.3f} ({least:.3f})"]
        if agree:
            cells += [f"{cpu / middle(own, 'cpu_s'):.1f}", f"{wall / middle(own, 'wall_s'):.1f}"]
        else:
            cells += ["–", "–"]
        cells += [f"{max(line['peak_bytes'] for line in lines) / 2**20:,.0f}", "equal" if agree else "DIFFER"]
        print(f"| {' | '.join(cells)} |")
    sys.exit(not all(line["agrees"] for lines in runs.values() for line in lines))


if __name__ == "__main__":
    main()
