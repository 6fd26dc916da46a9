-- name: lane_on_time_rate
-- title.zh: 运单配送时效达成率
-- title.en: Lane on-time rate
-- meaning.zh: 窗口内应按线路时效送达的已揽收订单中，按时送达的比例；被认定物流停滞或异常的算未达成；时效前（含）取消的不计；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the parcels whose lane standard fell due in the window, those delivered by it; one found stalled or abnormal is missed; orders cancelled by then are left out; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: more
-- scale: 1
-- numerator.zh: 按线路时效送达的运单
-- numerator.en: parcels delivered by their lane standard
-- denominator.zh: 应达运单
-- denominator.en: parcels due by their lane standard
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, lane_on_time_rate. Counterpart of 商家体验分 1.3, 运单配送时效达成率 [S1].

-- What was picked up is due ...
select shop as subject, standard_by as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from parcel_picked_up
where excluded is null
  and standard_by is not null
  and (cancelled_at is null or cancelled_at > standard_by)
union all
-- ... and met if it was delivered by then ...
select shop, standard_by, at, 1, 0, subject
from parcel_delivered
where excluded is null
  and at <= standard_by
  and (cancelled_at is null or cancelled_at > standard_by)
union all
-- ... unless its tracking is found stalled or abnormal: told before the delivery ...
select shop, standard_by, greatest(at, found_at), -1, 0, subject
from parcel_delivered
where excluded is null
  and at <= standard_by
  and found_at is not null
  and (cancelled_at is null or cancelled_at > standard_by)
union all
-- ... or after it.
select shop, standard_by, greatest(at, delivered_at), -1, 0, order_id
from incident_found
where excluded is null
  and what in ('stalled', 'abnormal')
  and stalled_at is null
  and delivered_at <= standard_by
  and (cancelled_at is null or cancelled_at > standard_by)
union all
-- What is cancelled by then is not due: this takes it out whole, and what is told later knows of it.
select shop, standard_by, at, case when delivered_at <= standard_by then -1 else 0 end, -1, subject
from order_cancelled
where excluded is null
  and at <= standard_by
  and picked_up_at is not null
union all
select shop, standard_by, greatest(at, stalled_at), 1, 0, subject
from order_cancelled
where excluded is null
  and at <= standard_by
  and picked_up_at is not null
  and delivered_at <= standard_by
  and stalled_at is not null
union all
select
  shop,
  standard_by,
  greatest(at, picked_up_at, delivered_at, stalled_at),
  case when delivered_at <= standard_by and stalled_at is null then -1 else 0 end,
  -1,
  subject
from order_voided
where excluded is null
  and picked_up_at is not null
  and standard_by is not null
  and (cancelled_at is null or cancelled_at > standard_by)
