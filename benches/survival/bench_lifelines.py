"""The tasks of `cargo xtask bench survival` in lifelines; see that command. Arguments: data file, rows."""

import statistics
import sys
import time
import warnings

import lifelines
import numpy
import pandas
from lifelines.statistics import logrank_test

warnings.filterwarnings("ignore")
n = int(sys.argv[2])
values = numpy.fromfile(sys.argv[1], dtype="<f8").reshape(9, n)
names = ["days", "continuous", "cause", "group", "x1", "x2", "x3", "x4", "x5"]
d = pandas.DataFrame(dict(zip(names, values)))
d["event"] = (d.cause > 0).astype(int)


def timed(name, task, runs=3, warm=True):
    """Prints the median seconds of a task."""
    if warm:
        task()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    print(name, round(statistics.median(seconds), 4), flush=True)


print("version", sys.version.split()[0], "lifelines", lifelines.__version__)
timed("km_ties", lambda: lifelines.KaplanMeierFitter().fit(d.days, d.event))
timed("km_continuous", lambda: lifelines.KaplanMeierFitter().fit(d.continuous, d.event), runs=1)
first, second = d[d.group == 0], d[d.group == 1]
timed("logrank_ties", lambda: logrank_test(first.days, second.days, first.event, second.event))
columns = ["days", "event", "x1", "x2", "x3", "x4", "x5"]
# More than a minute a run: once, without warming up.
timed("cox_ties", lambda: lifelines.CoxPHFitter().fit(d[columns], "days", "event"), runs=1, warm=False)
