-- name: next_day_share
-- title.zh: 次日达占比
-- title.en: Next-day share
-- meaning.zh: 窗口内签收的订单中，在付款次日结束前签收的比例；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the shop orders delivered in the window, those delivered by the end of the day after payment; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: more
-- scale: 1
-- numerator.zh: 次日达订单
-- numerator.en: shop orders delivered by the next day
-- denominator.zh: 签收订单
-- denominator.en: shop orders delivered
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, next_day_share. Counterpart of 商家体验分 1.5, next-day delivery share [S1].

select
  shop as subject,
  at as anchor,
  at as known_at,
  case when at <= next_day_by then 1 else 0 end as num,
  1 as den,
  subject as ref
from parcel_delivered
where excluded is null
  and next_day_by is not null
union all
select
  shop,
  delivered_at,
  greatest(at, delivered_at),
  case when delivered_at <= next_day_by then -1 else 0 end,
  -1,
  subject
from order_voided
where excluded is null
  and delivered_at is not null
  and next_day_by is not null
