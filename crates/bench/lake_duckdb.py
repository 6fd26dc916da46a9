"""The late-ship rate of every shop on every local day by DuckDB, on the files of the lake: the other side of `bench lake`.

Daily sums for each shop and local day by which the pick-up was promised, spread over a dense grid of shops and days,
and a running sum over 30 rows; no RANGE frame. The other way that was tried is here too. Prints one JSON object.

Every contribution of these files is known by the day it is counted on (that is checked, outside the timed part), so
that DuckDB is spared the second day of each contribution, which the program's own way takes care of.
"""

import json
import resource
import sys
import time

import duckdb

folder, first, days, shops, threads = sys.argv[1], *map(int, sys.argv[2:6])
DAY = 86_400_000_000

db = duckdb.connect(config={"threads": threads})
db.execute("set preserve_insertion_order = false")
for table in ("order_placed", "parcel_picked_up", "order_cancelled"):
    db.execute(f"create view {table} as select * from read_parquet('{folder}/{table}-*.parquet')")

CONTRIBUTIONS = """
select shop, ship_by, "at" as known_at, 1 as num, 1 as den
from order_placed
union all
select shop, ship_by, greatest("at", placed_at), -1, 0
from parcel_picked_up
where "at" <= ship_by and (cancelled_at is null or cancelled_at > ship_by)
union all
select shop, ship_by, greatest("at", placed_at), case when picked_up_at <= ship_by then 0 else -1 end, -1
from order_cancelled
where "at" <= ship_by
"""

# Numerator and denominator travel in one number, so that there is one sum, one column to join and one window.
ONE = 1_000_000

DAILY = f"""
select (shop * {days} + (ship_by - {first}) // {DAY})::int as cell, sum(num * {ONE}::bigint + den)::bigint as v
from ({CONTRIBUTIONS})
where ship_by >= {first} and ship_by < {first + days * DAY}
group by all
"""

WAYS = {
    # The dense grid, the sums joined to it, and a window over 30 rows.
    "dense": f"""
with daily as ({DAILY}),
dense as (
  select (cell // {days})::int as shop, cell, coalesce(v, 0)::bigint as v
  from (select range::int as cell from range({shops * days})) left join daily using (cell)
),
summed as (
  select cell, (sum(v) over (
    partition by shop order by cell rows between 29 preceding and current row
  ))::bigint as v
  from dense
),
rolling as (
  select cell, v // {ONE} as num, v % {ONE} as den from summed where v <> 0
)
""",
    # Each sum comes on its day and goes thirty days later; a cumulative sum over the days on which something changes,
    # each then standing for the days until the next.
    "sparse": f"""
with daily as materialized (
  select cell // {days} as shop, cell % {days} as day, v from ({DAILY})
),
steps as (
  select shop, day, v from daily
  union all
  select shop, day + 30, -v from daily where day + 30 < {days}
),
changes as (select shop, day, sum(v)::bigint as v from steps group by all),
summed as (
  select shop, day, coalesce(lead(day) over w, {days}) as upto, (sum(v) over w)::bigint as v
  from changes
  window w as (partition by shop order by day)
),
rolling as (
  select shop * {days} + unnest(range(day, upto)) as cell, v // {ONE} as num, v % {ONE} as den
  from summed
  where v <> 0
)
""",
}

way = sys.argv[6] if len(sys.argv) > 6 else "sparse"
late = db.execute(
    f"select count(*) from ({CONTRIBUTIONS}) where (known_at - {first}) // {DAY} > (ship_by - {first}) // {DAY}"
).fetchone()[0]
assert late == 0, f"{late} contributions are known after the day they count on"

started = time.perf_counter()
count, total = db.execute(
    WAYS[way]
    + f"""
select count(*), sum((cell % 9973 + 1) * (num * 31 + den * 17 + 1))
from rolling
"""
).fetchone()
seconds = time.perf_counter() - started
print(
    json.dumps(
        {
            "seconds": seconds,
            "count": int(count),
            "hash": int(total),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "version": duckdb.__version__,
        }
    )
)
