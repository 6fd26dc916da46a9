"""The late-ship rate of every shop on every local day by DuckDB, on the files of the lake: the other side of `bench lake`.

Daily sums for each shop and local day by which the pick-up was promised, spread over a dense grid of shops and days,
and a running sum over the rows of 30 days; no RANGE frame. Prints one JSON object.

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
select shop, ship_by, at as known_at, 1 as num, 1 as den
from order_placed
union all
select shop, ship_by, greatest(at, placed_at), -1, 0
from parcel_picked_up
where at <= ship_by and (cancelled_at is null or cancelled_at > ship_by)
union all
select shop, ship_by, greatest(at, placed_at), case when picked_up_at <= ship_by then 0 else -1 end, -1
from order_cancelled
where at <= ship_by
"""

DAILY = f"""
select shop, (ship_by - {first}) // {DAY} as day, sum(num)::int as num, sum(den)::int as den
from ({CONTRIBUTIONS})
where ship_by >= {first} and ship_by < {first + days * DAY}
group by all
"""

WAYS = {
    # A grid, the sums joined to it, and a window over 30 rows.
    "rows": f"""
with daily as ({DAILY}),
grid as (select s.shop, d.day from range({shops}) s(shop) cross join range({days}) d(day)),
dense as (
  select shop, day, coalesce(num, 0) as num, coalesce(den, 0) as den
  from grid left join daily using (shop, day)
),
rolling as (
  select shop, day,
    sum(num) over w as num,
    sum(den) over w as den
  from dense
  window w as (partition by shop order by day rows between 29 preceding and current row)
)
""",
    # Each sum comes on its day and goes thirty days later; a cumulative sum over the dense grid.
    "cumulative": f"""
with daily as materialized ({DAILY}),
steps as (
  select shop, day, num, den from daily
  union all
  select shop, day + 30, -num, -den from daily where day + 30 < {days}
  union all
  select s.shop, d.day, 0, 0 from range({shops}) s(shop) cross join range({days}) d(day)
),
dense as (select shop, day, sum(num)::int as num, sum(den)::int as den from steps group by all),
rolling as (
  select shop, day,
    sum(num) over w as num,
    sum(den) over w as den
  from dense
  window w as (partition by shop order by day rows between unbounded preceding and current row)
)
""",
}

way = sys.argv[6] if len(sys.argv) > 6 else "rows"
late = db.execute(
    f"select count(*) from ({CONTRIBUTIONS}) where (known_at - {first}) // {DAY} > (ship_by - {first}) // {DAY}"
).fetchone()[0]
assert late == 0, f"{late} contributions are known after the day they count on"

started = time.perf_counter()
count, total = db.execute(
    WAYS[way]
    + f"""
select count(*), sum(((shop * {days} + day) % 9973 + 1) * (num * 31 + den * 17 + 1))
from rolling
where num <> 0 or den <> 0
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
