-- name: late_delivery_rate
-- title.zh: 晚到率
-- title.en: Late-delivery rate
-- meaning.zh: 窗口内应送达的店铺订单中，承诺时刻前未送达的比例；承诺时刻前（含）取消的不计，平台扣住审核过的不计。
-- meaning.en: Of the shop orders promised to arrive in the window and neither cancelled by then nor held for review by the platform, those not delivered by then.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 晚到订单
-- numerator.en: shop orders not delivered by their promise
-- denominator.zh: 应到订单
-- denominator.en: shop orders due for delivery
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, late_delivery_rate. Counterpart of 商家体验分 1.3, 运单配送时效达成率.

-- The same shape as late_ship_rate, with the other promise.
select shop as subject, deliver_by as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from order_placed
where excluded is distinct from 'held'
union all
-- ... and not under a promise that moved on before it fell due, while a bank transfer was waited for, but under the new one,
select shop, was_deliver_by, greatest(at, placed_at), -1, -1, subject
from order_postponed
where excluded is distinct from 'held'
union all
select shop, deliver_by, greatest(at, placed_at), 1, 1, subject
from order_postponed
where excluded is distinct from 'held'
union all
-- which moves once more when the money is there.
select shop, was_deliver_by, greatest(at, placed_at), -1, -1, subject
from order_resumed
where excluded is distinct from 'held'
union all
select shop, deliver_by, greatest(at, placed_at), 1, 1, subject
from order_resumed
where excluded is distinct from 'held'
union all
select shop, deliver_by, greatest(at, placed_at), -1, 0, subject
from parcel_delivered
where at <= deliver_by
  and (cancelled_at is null or cancelled_at > deliver_by)
  and excluded is distinct from 'held'
union all
select shop, deliver_by, greatest(at, placed_at), case when delivered_at <= deliver_by then 0 else -1 end, -1, subject
from order_cancelled
where at <= deliver_by
  and excluded is distinct from 'held'
