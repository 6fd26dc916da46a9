-- name: damage_return_rate
-- title.zh: 破损退货订单率
-- title.en: Damage-return rate
-- meaning.zh: 窗口内付款的订单中，买家首次售后理由为商品或包装破损的比例；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the shop orders paid in the window, those whose first after-sale request gives damage to goods or packing as its reason; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: less
-- scale: 1
-- numerator.zh: 首次售后理由为破损的订单
-- numerator.en: shop orders first claimed for damage
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, damage_return_rate. Counterpart of 商家体验分 1.3, 商品/包装破损退货订单率 [S1].

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from order_paid
where excluded is null
  and rules is not null
union all
-- Only the first request says why.
select shop, paid_at, greatest(at, paid_at), 1, 0, order_id
from aftersale_filed
where excluded is null
  and rules is not null
  and first = 1
  and reason = 'damage'
union all
select
  shop,
  paid_at,
  greatest(at, paid_at, claimed_at),
  case when claimed = 'damage' then -1 else 0 end,
  -1,
  subject
from order_voided
where excluded is null
  and rules is not null
  and paid_at is not null
