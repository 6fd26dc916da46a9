-- name: quality_return_rate
-- title.zh: 商品品质退货率
-- title.en: Quality-return rate
-- meaning.zh: 窗口内签收的订单中，买家首次售后理由为品质问题的比例；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the shop orders delivered in the window, those whose first after-sale request gives quality as its reason; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 首次售后理由为品质的订单
-- numerator.en: shop orders first claimed for quality
-- denominator.zh: 签收订单
-- denominator.en: shop orders delivered
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, quality_return_rate. Counterpart of 商家体验分 1.3, 商品品质退货率 [S1].

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from parcel_delivered
where excluded is null
  and rules is not null
union all
-- A request told before the delivery is known by it ...
select shop, at as anchor, greatest(at, claimed_at) as known_at, 1, 0, subject
from parcel_delivered
where excluded is null
  and rules is not null
  and claimed = 'quality'
union all
-- ... and one told after it knows the delivery. Only the first request says why.
select shop, delivered_at, greatest(at, delivered_at), 1, 0, order_id
from aftersale_filed
where excluded is null
  and rules is not null
  and first = 1
  and reason = 'quality'
  and delivered_at is not null
union all
select
  shop,
  delivered_at,
  greatest(at, delivered_at, claimed_at),
  case when claimed = 'quality' then -1 else 0 end,
  -1,
  subject
from order_voided
where excluded is null
  and rules is not null
  and delivered_at is not null
