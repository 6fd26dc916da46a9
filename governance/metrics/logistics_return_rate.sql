-- name: logistics_return_rate
-- title.zh: 发货物流品退率
-- title.en: Logistics-return rate
-- meaning.zh: 窗口内付款的订单中，买家首次售后理由为物流问题且平台已认定或赔付的比例；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the shop orders paid in the window, those whose first after-sale request gives logistics as its reason and of which the platform found so or compensated; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 物流理由且被认定的订单
-- numerator.en: shop orders first claimed for logistics and found so
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, logistics_return_rate. Counterpart of 商家体验分 1.3, 发货物流品退率 (before 2026-09) [S1].

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from order_paid
where excluded is null
  and rules is not null
union all
-- The reason alone is not enough, and neither is the finding: whichever is told later brings both.
select shop, paid_at, greatest(at, paid_at, found_at), 1, 0, order_id
from aftersale_filed
where excluded is null
  and rules is not null
  and first = 1
  and reason = 'logistics'
  and found_at is not null
union all
select shop, paid_at, greatest(at, paid_at, claimed_at), 1, 0, order_id
from incident_found
where excluded is null
  and rules is not null
  and first = 1
  and claimed = 'logistics'
union all
select
  shop,
  paid_at,
  greatest(at, paid_at, claimed_at, found_at),
  case when claimed = 'logistics' and found_at is not null then -1 else 0 end,
  -1,
  subject
from order_voided
where excluded is null
  and rules is not null
  and paid_at is not null
