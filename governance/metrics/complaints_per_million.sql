-- name: complaints_per_million
-- title.zh: 百万订单投诉数
-- title.en: Complaints per million orders
-- meaning.zh: 窗口内付款的每百万订单中，被投诉的订单数，一单只计一次；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of a million shop orders paid in the window, those somebody complained about; an order counts once; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: per_million
-- kind: mean
-- better: less
-- scale: 1
-- low: 0
-- high: 1000000
-- numerator.zh: 被投诉订单，乘以一百万
-- numerator.en: shop orders complained about, times a million
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, complaints_per_million. Voice of the customer, rules 4, CPM [S35].

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from order_paid
where excluded is null
  and rules is not null
union all
select shop, paid_at, greatest(at, paid_at), 1000000, 0, order_id
from complaint_filed
where excluded is null
  and rules is not null
  and first = 1
union all
select
  shop,
  paid_at,
  greatest(at, paid_at, complained_at),
  case when complained_at is null then 0 else -1000000 end,
  -1,
  subject
from order_voided
where excluded is null
  and rules is not null
  and paid_at is not null
